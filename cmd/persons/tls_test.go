package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"personindex/configs"
)

// writeCertificate writes a certificate with a number, for 127.0.0.1, and its key.
func writeCertificate(t *testing.T, files configs.TLS, number int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(number), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, files.CertFile, "CERTIFICATE", certificate)
	writePEM(t, files.KeyFile, "PRIVATE KEY", private)
}

func writePEM(t *testing.T, file, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

func tlsFiles(t *testing.T) configs.TLS {
	t.Helper()
	dir := t.TempDir()
	return configs.TLS{CertFile: filepath.Join(dir, "tls.crt"), KeyFile: filepath.Join(dir, "tls.key")}
}

// Ensures that a certificate that is renewed is shown without a restart, and that
// files that are half written, or gone, change nothing.
func TestACertificateIsRenewed(t *testing.T) {
	t.Parallel()
	files, log := tlsFiles(t), slog.New(slog.DiscardHandler)
	if _, err := loadCertificate(files, log); err == nil {
		t.Error("it starts without a certificate")
	}
	writeCertificate(t, files, 1)
	c, err := loadCertificate(files, log)
	if err != nil {
		t.Fatal(err)
	}
	shown := func(when string, want int64) {
		t.Helper()
		c.looked = time.Time{} // as if lookAgain had passed
		pair, err := c.current(nil)
		if err != nil {
			t.Fatal(err)
		}
		if leaf := pair.Leaf; leaf.SerialNumber.Int64() != want {
			t.Errorf("%s, number %d is shown", when, leaf.SerialNumber)
		}
	}
	shown("at first", 1)
	other := tlsFiles(t)
	writeCertificate(t, other, 2)
	move := func(from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	move(other.CertFile, files.CertFile)
	shown("when only the certificate is new", 1)
	move(other.KeyFile, files.KeyFile)
	shown("when its key is there too", 2)
	if err := os.Remove(files.CertFile); err != nil {
		t.Fatal(err)
	}
	shown("when the file is gone", 2)
}

// Ensures that the service itself speaks TLS, of no old version, and that its own
// health check finds it.
func TestTheServiceSpeaksTLS(t *testing.T) {
	t.Parallel()
	address, files := freeAddress(t), tlsFiles(t)
	writeCertificate(t, files, 1)
	in := newInstallation(t, "PERSONS_LISTEN="+address, "PERSONS_TLS_CERT_FILE="+files.CertFile, "PERSONS_TLS_KEY_FILE="+files.KeyFile)
	cmd, _ := in.command("serve")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is well", func() bool {
		health, _ := in.command("health")
		return health.Run() == nil
	})
	pool := x509.NewCertPool()
	text, err := os.ReadFile(files.CertFile)
	if err != nil || !pool.AppendCertsFromPEM(text) {
		t.Fatal(err)
	}
	ask := func(config *tls.Config) (*http.Response, error) {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true, ForceAttemptHTTP2: true}}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+address+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		return client.Do(request)
	}
	answer, err := ask(&tls.Config{RootCAs: pool})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.ProtoMajor != 2 || answer.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("answered %s by %s with %v", answer.Status, answer.Proto, answer.Header)
	}
	if old, err := ask(&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil {
		old.Body.Close()
		t.Error("it speaks TLS 1.1")
	}
	if plain, err := http.Get("http://" + address + "/healthz"); err == nil {
		plain.Body.Close()
		if plain.StatusCode == http.StatusOK {
			t.Error("it answers in the clear")
		}
	}
	stop(t, cmd)
}
