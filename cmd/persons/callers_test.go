package main

import (
	"encoding/base64"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"personindex/access"
	"personindex/internal/devissuer"
)

// Ensures that a key made on the command line opens what it should, as tools send
// it, and no longer once it is revoked.
func TestAnAPIKeyFromTheCommandLine(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	in := newInstallation(t, "PERSONS_ACCESS_ISSUERS=", "PERSONS_LISTEN="+address)
	refused, output := in.command("serve")
	if err := refused.Run(); err == nil || !strings.Contains(output.String(), "persons api-key create") {
		t.Errorf("a service that nobody can call starts, or says not what to do: %v %s", err, output)
	}

	created := in.output("api-key", "create", "--name", "Qlik", "--role", "reader,writer", "--area", "housing", "--expires", "30d")
	key := created[strings.Index(created, "pk_"):]
	secret, ok := access.ParseSecret(strings.TrimSpace(key))
	if !ok {
		t.Fatalf("no key is shown: %s", created)
	}
	cmd, _ := in.command("serve", "--with-indexer")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	base := "http://" + address
	eventually(t, "it is ready", func() bool {
		status, _ := requestWith(t, "", http.MethodGet, base+"/readyz", "")
		return status == http.StatusOK
	})
	password := "Basic " + base64.StdEncoding.EncodeToString([]byte("qlik:"+secret.Text()))
	if status, body := requestWith(t, password, http.MethodPost, base+"/persons", example); status != http.StatusCreated {
		t.Errorf("with the key as a password, create is answered %d: %s", status, body)
	}
	if status, _ := requestWith(t, password, http.MethodDelete, base+"/persons/x", ""); status != http.StatusForbidden {
		t.Errorf("what the key has no role for is answered %d", status)
	}
	search := func(authorization string) int {
		status, _ := requestWith(t, authorization, http.MethodGet, base+"/persons?lastName=Example", "")
		return status
	}
	bearer := "Bearer " + secret.Text()
	if status := search(bearer); status != http.StatusOK {
		t.Errorf("with the key as a token, a search is answered %d", status)
	}
	for _, none := range []string{"", "Bearer x", "Bearer " + access.NewSecret().Text(), "Bearer " + tokenOf(t, access.Reader)} {
		if status := search(none); status != http.StatusUnauthorized {
			t.Errorf("%.10s is answered %d", none, status)
		}
	}
	today := time.Now().UTC().Format(time.DateOnly)
	if list := in.output("api-key", "list"); !strings.Contains(list, secret.ID) || !strings.Contains(list, "live") || !strings.Contains(list, today) || strings.Contains(list, secret.Text()) {
		t.Errorf("the list is %s", list)
	}
	in.output("api-key", "revoke", secret.Text())
	eventually(t, "the key is refused", func() bool { return search(bearer) == http.StatusUnauthorized })
	if list := in.output("api-key", "list"); !strings.Contains(list, "revoked") {
		t.Errorf("the list is %s", list)
	}
	stop(t, cmd)
}

// output runs the program to its end.
func (in installation) output(args ...string) string {
	in.t.Helper()
	cmd, output := in.command(args...)
	if err := cmd.Run(); err != nil {
		in.t.Fatalf("persons %s: %v", strings.Join(args, " "), err)
	}
	return output.String()
}

func TestAnAPIKeyThatNobodyShouldHave(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	for want, args := range map[string][]string{
		"--role chief":            {"create", "--name", "x", "--role", "chief", "--expires", "30d"},
		"--area parking":          {"create", "--name", "x", "--role", "reader", "--area", "parking", "--expires", "30d"},
		"--clearance":             {"create", "--name", "x", "--role", "reader", "--clearance", "all", "--expires", "30d"},
		"--expires must be a num": {"create", "--name", "x", "--role", "reader", "--expires", "never"},
		"--expires must be a yea": {"create", "--name", "x", "--role", "reader", "--expires", "367d"},
		"--name must":             {"create", "--name", " ", "--role", "reader", "--expires", "30d"},
		`"expires" not set`:       {"create", "--name", "x", "--role", "reader"},
		"no key of this id":       {"revoke", "0123456789abcdef"},
	} {
		cmd, output := in.command(append([]string{"api-key"}, args...)...)
		if err := cmd.Run(); err == nil || !strings.Contains(output.String(), want) {
			t.Errorf("%v: %v, %s", args, err, output)
		}
	}
}

// Ensures that a development service knows the tokens that the command line makes
// with the same key, with nothing but the folder between them.
func TestTheDevelopmentIssuerIsBelieved(t *testing.T) {
	t.Parallel()
	address, issuer, folder := freeAddress(t), freeAddress(t), t.TempDir()
	in := newInstallation(t, "PERSONS_ACCESS_ISSUERS=", "PERSONS_LISTEN="+address, "PERSONS_ACCESS_DEVELOPMENT_ISSUER="+issuer)
	here := func(args ...string) *exec.Cmd {
		cmd, _ := in.command(args...)
		cmd.Dir = folder
		return cmd
	}
	token := here("token", "--role", "reader", "--area", "housing")
	token.Stdout = nil
	made, err := token.Output()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(folder + "/.local/development-issuer.pem"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is kept as %v, %v", info, err)
	}
	serve := here("serve")
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	bearer := "Bearer " + strings.TrimSpace(string(made))
	search := func(authorization string) int {
		status, _ := requestWith(t, authorization, http.MethodGet, "http://"+address+"/persons?lastName=Example", "")
		return status
	}
	eventually(t, "it knows the token", func() bool { return search(bearer) == http.StatusOK })
	stranger, err := devissuer.New("http://"+issuer, devissuer.NewKey()).Token(access.Caller{Subject: "x", Roles: access.Roles()}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if status := search("Bearer " + stranger); status != http.StatusUnauthorized {
		t.Errorf("a token by another key is answered %d", status)
	}
	if status, _ := requestWith(t, bearer, http.MethodPost, "http://"+address+"/persons", example); status != http.StatusForbidden {
		t.Errorf("what the token has no role for is answered %d", status)
	}
	stop(t, serve)
	production := here("token", "--role", "reader")
	production.Env = append(production.Env, "PERSONS_PRODUCTION=true", "PERSONS_ACCESS_DEVELOPMENT_ISSUER=")
	if err := production.Run(); err == nil {
		t.Error("in production a token is made")
	}
}

// Ensures that make run's tokens say what stands beside them.
func TestEachBearerMayWhatIsSaid(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	a := in.open()
	defer a.close()
	made, err := tokens(councilIssuer().Issuer, councilAreas())
	if err != nil {
		t.Fatal(err)
	}
	covered := map[access.Role]bool{}
	for _, b := range bearers(councilAreas()) {
		c, err := a.callers.Authenticate(t.Context(), "Bearer "+made[b.name])
		if err != nil || c.Subject != devissuer.Name+" "+b.name || len(c.Roles) != len(b.caller.Roles) || len(c.Areas) != len(b.caller.Areas) ||
			c.Clearance != b.caller.Clearance || c.BreakGlass != max(b.caller.BreakGlass, b.caller.Clearance) || !c.Has(b.caller.Roles...) {
			t.Errorf("%s is known as %+v, %v", b.name, c, err)
		}
		for _, role := range c.Roles {
			covered[role] = true
		}
	}
	if len(covered) != len(access.Roles()) {
		t.Errorf("only %v can be tried", covered)
	}
}
