package localstack

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// ElasticsearchVersion is the newest release of the line the project supports.
const ElasticsearchVersion = "8.19.20"

// oldestJava is what Elasticsearch 8 needs.
const oldestJava = 17

//go:embed elastic
var elasticFiles embed.FS

// A distribution is the node as it lies in the downloads: Elastic's jars from
// Maven, put in the places where the server looks for them, and our launcher.
// It is only read once it is there, so any number of nodes may share it.
type distribution struct {
	checkout
	dir string
}

// newDistribution names the folder after the version and after our own files,
// so that a change of either makes a new one.
func newDistribution(c checkout) distribution {
	sum := sha256.New()
	for _, name := range []string{"pom.xml", "log4j2.properties", "Launcher.java"} {
		text, err := elasticFiles.ReadFile("elastic/" + name)
		if err != nil {
			panic(err) // embedded, so it cannot be missing
		}
		sum.Write(text)
	}
	return distribution{c, c.path("downloads", fmt.Sprintf("elasticsearch-%s-%.4x", ElasticsearchVersion, sum.Sum(nil)))}
}

func (d distribution) fetched() bool {
	_, err := os.Stat(d.dir)
	return err == nil
}

func (d distribution) classPath() string {
	return filepath.Join(d.dir, "classes") + ":" + filepath.Join(d.dir, "lib", "*")
}

// fetch makes the distribution where there is none: aside and renamed, so that
// one that exists is whole.
func (d distribution) fetch(ctx context.Context) error {
	if d.fetched() {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(d.dir), 0o755); err != nil {
		return err
	}
	// Checkouts may share their downloads by a symbolic link.
	held, err := lock(ctx, d.path("downloads", "lock"), func() {})
	if err != nil {
		return err
	}
	defer held.Close()
	if d.fetched() {
		return nil
	}
	d.say("fetching Elasticsearch %s (40 MB) …", ElasticsearchVersion)
	aside := distribution{d.checkout, d.dir + ".new"}
	if err := os.RemoveAll(aside.dir); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{aside.unpack, aside.download, aside.arrangeTransport, aside.compile} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return os.Rename(aside.dir, d.dir)
}

// unpack writes our own files.
func (d distribution) unpack(context.Context) error {
	for _, dir := range []string{"lib", "classes", "config", "plugins", "modules/transport-netty4"} {
		if err := os.MkdirAll(filepath.Join(d.dir, dir), 0o755); err != nil {
			return err
		}
	}
	for from, to := range map[string]string{
		"pom.xml": "pom.xml", "Launcher.java": "Launcher.java", "log4j2.properties": "config/log4j2.properties",
	} {
		text, err := elasticFiles.ReadFile("elastic/" + from)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(d.dir, to), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// download has Maven put the jars into lib.
func (d distribution) download(ctx context.Context) error {
	return d.run(exec.CommandContext(ctx, "mvn", "--batch-mode", "--quiet",
		"--file", filepath.Join(d.dir, "pom.xml"),
		"-Delasticsearch.version="+ElasticsearchVersion,
		"org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies",
		"-DoutputDirectory="+filepath.Join(d.dir, "lib")))
}

// arrangeTransport makes the network layer the module that it is in Elastic's
// own packages: its jars in a folder, with a descriptor that the jar holds.
func (d distribution) arrangeTransport(context.Context) error {
	module := filepath.Join(d.dir, "modules", "transport-netty4")
	for _, pattern := range []string{"transport-netty4-*.jar", "netty-*.jar"} {
		jars, err := filepath.Glob(filepath.Join(d.dir, "lib", pattern))
		if err != nil {
			return err
		}
		if len(jars) == 0 {
			return fmt.Errorf("no %s among what Maven fetched", pattern)
		}
		for _, jar := range jars {
			if err := os.Rename(jar, filepath.Join(module, filepath.Base(jar))); err != nil {
				return err
			}
		}
	}
	descriptor, err := transportDescriptor(filepath.Join(module, "transport-netty4-"+ElasticsearchVersion+".jar"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(module, "plugin-descriptor.properties"), descriptor, 0o644)
}

// transportDescriptor reads the descriptor out of the jar, without the line
// that names a Java module: the server runs on a class path, where there are
// none to find.
func transportDescriptor(jar string) ([]byte, error) {
	archive, err := zip.OpenReader(jar)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	f, err := archive.Open("META-INF/es-plugins/transport-netty4/plugin-descriptor.properties")
	if err != nil {
		return nil, err
	}
	defer f.Close()

	var kept bytes.Buffer
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "modulename=") {
			fmt.Fprintln(&kept, lines.Text())
		}
	}
	return kept.Bytes(), lines.Err()
}

// compile compiles the launcher once, which would cost every start a second.
func (d distribution) compile(ctx context.Context) error {
	jdk, err := findJDK()
	if err != nil {
		return err
	}
	return d.run(exec.CommandContext(ctx, filepath.Join(jdk, "bin", "javac"),
		"--release", strconv.Itoa(oldestJava), "-Xlint:-options",
		"-cp", filepath.Join(d.dir, "lib", "*"), "-d", filepath.Join(d.dir, "classes"),
		filepath.Join(d.dir, "Launcher.java")))
}

// findMaven is nil if there is a Maven to download with.
func findMaven() error {
	if _, err := exec.LookPath("mvn"); err != nil {
		return errors.New("no Maven is installed")
	}
	return nil
}

// findJDK is the home of a JDK that Elasticsearch runs on: the one JAVA_HOME
// names, the one on the PATH, or any that Debian keeps.
func findJDK() (string, error) {
	homes := []string{os.Getenv("JAVA_HOME")}
	if javac, err := exec.LookPath("javac"); err == nil {
		if javac, err = filepath.EvalSymlinks(javac); err == nil {
			homes = append(homes, filepath.Dir(filepath.Dir(javac)))
		}
	}
	installed, _ := filepath.Glob("/usr/lib/jvm/*")
	for _, home := range append(homes, installed...) {
		if javaVersion(home) >= oldestJava {
			return home, nil
		}
	}
	return "", fmt.Errorf("no JDK %d or newer is installed", oldestJava)
}

// javaVersion is the major version of the JDK at home, 0 if there is none: a
// JRE, which has no javac, is none.
func javaVersion(home string) int {
	if _, err := os.Stat(filepath.Join(home, "bin", "javac")); home == "" || err != nil {
		return 0
	}
	text, err := os.ReadFile(filepath.Join(home, "release"))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), `JAVA_VERSION="`)
	major, _, _ := strings.Cut(after, ".")
	version, _ := strconv.Atoi(strings.TrimRight(major, "\"\n"))
	return version
}
