package main

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"personindex/configs"
	"personindex/internal/localstack/dockerstack"
)

// composeFile is what these tests look at of docker-compose.yml.
type composeFile struct {
	Services map[string]composeService
	Volumes  map[string]any
	Secrets  map[string]struct{ File string }
}

type composeService struct {
	Image, Build  string
	User, Restart string
	ReadOnly      bool     `yaml:"read_only"`
	CapDrop       []string `yaml:"cap_drop"`
	SecurityOpt   []string `yaml:"security_opt"`
	Command       []string
	Environment   map[string]string
	Ports         []string
	Secrets       []string
	Volumes       []string
	DependsOn     map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck   struct{ Test []string }
}

// ours reports whether a service runs the image that this repository builds.
func (s composeService) ours() bool { return s.Build != "" }

// once reports whether a service does one thing and ends.
func (s composeService) once() bool { return s.Restart == "no" }

func readCompose(t *testing.T) composeFile {
	t.Helper()
	data := readRepository(t, "docker-compose.yml")
	var file composeFile
	if err := yaml.Unmarshal(expandDefaults(data), &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// readRepository reads a file by its path from the top.
func readRepository(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// expandDefaults puts in what compose does where a variable is not set.
func expandDefaults(text []byte) []byte {
	return regexp.MustCompile(`\$\{[A-Z_]+:-([^}]*)\}`).ReplaceAll(text, []byte("$1"))
}

func TestComposeHasEveryService(t *testing.T) {
	t.Parallel()
	var names, built []string
	for name, s := range readCompose(t).Services {
		names = append(names, name)
		if s.ours() {
			built = append(built, name)
		}
	}
	slices.Sort(names)
	slices.Sort(built)
	if want := []string{"api", "certificates", "elasticsearch", "indexer", "kibana", "migrate", "postgres", "users"}; !slices.Equal(names, want) {
		t.Errorf("services are %v, want %v", names, want)
	}
	if want := []string{"api", "indexer", "migrate"}; !slices.Equal(built, want) {
		t.Errorf("built from the Dockerfile are %v, want %v", built, want)
	}
}

// ensures that the environment of each of our services is a configuration: every
// variable names a setting, and every value is one that works.
func TestComposeConfiguresOurServices(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	for name, s := range file.Services {
		if !s.ours() {
			for variable := range s.Environment {
				if strings.HasPrefix(variable, "PERSONS_") {
					t.Errorf("%s is given %s, which is no business of its image", name, variable)
				}
			}
			continue
		}
		config, err := configs.Load("", inContainer(t, s), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !config.Production {
			t.Errorf("%s would do what is only for development", name)
		}
		for _, address := range append([]string{config.Postgres.URL}, config.Elasticsearch.URLs...) {
			checkReachable(t, file, name, address)
		}
		if config.Elasticsearch.Username == "elastic" {
			t.Errorf("%s has Elasticsearch's superuser", name)
		}
	}
}

// inContainer is the environment that a service's program sees, with the secrets
// as make secrets makes them: their files lie elsewhere in a test.
func inContainer(t *testing.T, s composeService) []string {
	t.Helper()
	secrets := t.TempDir()
	var environ []string
	for variable, value := range s.Environment {
		if secret, ok := strings.CutPrefix(value, "/run/secrets/"); ok {
			if !slices.Contains(s.Secrets, secret) {
				t.Errorf("%s names the secret %s, which the service is not given", variable, secret)
			}
			content := "a-password"
			switch secret {
			case "audit_public_key":
				content = newInstallation(t).auditKey()
			case "postgres_url":
				content = "postgres://persons:a-password@postgres:5432/persons?sslmode=disable"
			case "access_issuers":
				content = "[]"
			}
			value = filepath.Join(secrets, secret)
			if err := os.WriteFile(value, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		environ = append(environ, variable+"="+value)
	}
	return environ
}

// checkReachable holds an address of a dependency to the service of that name and
// to the port that its image serves.
func checkReachable(t *testing.T, file composeFile, name, address string) {
	t.Helper()
	serves := map[string]string{"postgres": "5432", "elasticsearch": "9200"}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := file.Services[u.Hostname()]; !ok || serves[u.Hostname()] != u.Port() {
		t.Errorf("%s looks for %s, which no service is", name, u.Host)
	}
}

func TestComposeRunsVerbs(t *testing.T) {
	t.Parallel()
	for name, s := range readCompose(t).Services {
		if !s.ours() {
			continue
		}
		checkVerb(t, name, s.Command)
		if s.once() {
			continue
		}
		test := s.Healthcheck.Test
		if len(test) < 3 || test[0] != "CMD" || test[1] != "/persons" || test[2] != "health" {
			t.Errorf("%s has the health check %v, want persons health: the image has no shell", name, test)
			continue
		}
		checkVerb(t, name, test[2:])
	}
}

// checkVerb holds a command line to what persons takes.
func checkVerb(t *testing.T, service string, args []string) {
	t.Helper()
	root := newCommand()
	verb, rest, err := root.Find(args)
	if err != nil || verb == root || !verb.Runnable() {
		t.Errorf("%s runs persons %v, which there is not", service, args)
		return
	}
	if err := verb.ParseFlags(rest); err != nil {
		t.Errorf("%s runs persons %v: %v", service, args, err)
	}
}

// ensures that what is published is what is listened on, and on loopback alone.
func TestComposePublishesWhatIsServed(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	published := map[string]string{"api": "8080", "kibana": "5601"}
	for name, s := range file.Services {
		want, ok := published[name]
		if !ok {
			if len(s.Ports) > 0 {
				t.Errorf("%s publishes %v, which nobody outside needs", name, s.Ports)
			}
			continue
		}
		if wanted := "127.0.0.1:" + want + ":" + want; !slices.Equal(s.Ports, []string{wanted}) {
			t.Errorf("%s publishes %v, want %s", name, s.Ports, wanted)
		}
	}
	config, err := configs.Load("", inContainer(t, file.Services["api"]), nil)
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(config.Listen)
	if err != nil || host != "" || port != published["api"] {
		t.Errorf("the API listens on %q, which is not what is published", config.Listen)
	}
	if !strings.Contains(string(readRepository(t, "Dockerfile")), "\nEXPOSE "+port+"\n") {
		t.Errorf("the Dockerfile does not expose %s", port)
	}
}

func TestHealthAsksARouteThatIsServed(t *testing.T) {
	t.Parallel()
	var document struct {
		Paths map[string]map[string]any
	}
	if err := yaml.Unmarshal(readRepository(t, "api/openapi.yaml"), &document); err != nil {
		t.Fatal(err)
	}
	if _, ok := document.Paths[readyPath]["get"]; !ok {
		t.Errorf("GET %s is not served", readyPath)
	}
}

func TestComposeHardensServices(t *testing.T) {
	t.Parallel()
	for name, s := range readCompose(t).Services {
		if !slices.Equal(s.CapDrop, []string{"ALL"}) {
			t.Errorf("%s keeps capabilities", name)
		}
		if !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may gain privileges", name)
		}
		if s.ours() && (!s.ReadOnly || s.User != "") {
			t.Errorf("%s writes to its image, or is not the image's own user", name)
		}
	}
}

func TestComposeWaitsByHealth(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	for name, s := range file.Services {
		if !s.once() && len(s.Healthcheck.Test) == 0 {
			t.Errorf("%s has no health check", name)
		}
		for other, wait := range s.DependsOn {
			want := "service_healthy"
			if file.Services[other].once() {
				want = "service_completed_successfully"
			}
			if _, ok := file.Services[other]; !ok || wait.Condition != want {
				t.Errorf("%s waits for %s by %s, want %s", name, other, wait.Condition, want)
			}
		}
	}
}

// ensures that every secret and volume that is used is there, and the other way
// round, and that make secrets makes the secrets.
func TestComposeHasItsSecretsAndVolumes(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	secrets, volumes := map[string]bool{}, map[string]bool{}
	for name, s := range file.Services {
		for _, secret := range s.Secrets {
			secrets[secret] = true
			if _, ok := file.Secrets[secret]; !ok {
				t.Errorf("%s is given the secret %s, which there is not", name, secret)
			}
		}
		for _, mount := range s.Volumes {
			volume, _, _ := strings.Cut(mount, ":")
			volumes[volume] = true
			if _, ok := file.Volumes[volume]; !ok {
				t.Errorf("%s mounts %s, which is no volume", name, volume)
			}
		}
	}
	made := string(readRepository(t, ".ci/secrets.sh"))
	for secret, where := range file.Secrets {
		if !secrets[secret] || where.File != "./secrets/"+secret || !strings.Contains(made, secret) {
			t.Errorf("the secret %s is given to nobody, lies elsewhere, or is not made by make secrets", secret)
		}
	}
	for volume := range file.Volumes {
		if !volumes[volume] {
			t.Errorf("the volume %s is mounted by nobody", volume)
		}
	}
}

// ensures that the same file starts the same versions tomorrow, those that the
// tests ran on.
func TestImagesArePinned(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	pinned := regexp.MustCompile(`^(postgres:\d+|[a-z]+:\d+\.\d+\.\d+)$`)
	for name, s := range file.Services {
		if !s.ours() && !pinned.MatchString(s.Image) {
			t.Errorf("%s runs %q, which is not pinned: Postgres to its major version, others wholly", name, s.Image)
		}
	}
	_, elastic, _ := strings.Cut(dockerstack.ElasticsearchImage, ":")
	for name, want := range map[string]string{
		"postgres": dockerstack.PostgresImage, "kibana": "kibana:" + elastic,
		"elasticsearch": dockerstack.ElasticsearchImage, "certificates": dockerstack.ElasticsearchImage, "users": dockerstack.ElasticsearchImage,
	} {
		if got := file.Services[name].Image; got != want {
			t.Errorf("%s runs %s, want %s", name, got, want)
		}
	}
}

// ensures that the image is built with the Go of go.mod, runs as nobody, and sets
// nothing that is no setting.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	dockerfile := string(readRepository(t, "Dockerfile"))
	version := regexp.MustCompile(`(?m)^go (\S+)$`).FindSubmatch(readRepository(t, "go.mod"))
	if version == nil {
		t.Fatal("go.mod names no version of Go")
	}
	for _, line := range []string{
		"ARG GO_IMAGE=golang:" + string(version[1]), "FROM scratch", "USER 65532:65532", `ENTRYPOINT ["/persons"]`,
	} {
		if !strings.Contains(dockerfile, "\n"+line+"\n") {
			t.Errorf("the Dockerfile lacks %s", line)
		}
	}
	if strings.Contains(dockerfile, "PERSONS_") {
		t.Error("the Dockerfile holds settings, which belong to who runs the image")
	}
	if !strings.Contains(string(readRepository(t, ".dockerignore")), "\n/secrets/\n") {
		t.Error("secrets would be sent to the builder")
	}
}
