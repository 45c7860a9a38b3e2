package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"personindex/configs"
)

// lookAgain is how often the files of a certificate are looked at, at most: whoever
// renews it waits so long.
const lookAgain = 10 * time.Second

// certificate is the server's certificate as its files have it now, so that
// renewing it needs no restart. It is safe for concurrent use.
type certificate struct {
	files configs.TLS
	log   *slog.Logger

	mutex  sync.Mutex
	pair   *tls.Certificate
	looked time.Time
	seen   [sha256.Size]byte // of the files that pair was read from
}

// loadCertificate reads the files for the first time.
func loadCertificate(files configs.TLS, log *slog.Logger) (*certificate, error) {
	c := &certificate{files: files, log: log}
	return c, c.read()
}

// config is for a server. Versions and ciphers are Go's own choice, from TLS 1.2 on.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.current}
}

// current returns the certificate for a connection. Files that cannot be read, or
// do not fit each other since only one was written yet, leave the last one in use.
func (c *certificate) current(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if time.Since(c.looked) >= lookAgain {
		if err := c.read(); err != nil {
			c.log.WarnContext(contextOf(hello), "certificate not renewed", "error", err)
		}
	}
	return c.pair, nil
}

func contextOf(hello *tls.ClientHelloInfo) context.Context {
	if hello != nil && hello.Context() != nil {
		return hello.Context()
	}
	return context.Background()
}

// read takes the files up, if they changed. It compares what is in them: the time of
// a file has the grain of the kernel's clock, and two certificates may fall into one.
func (c *certificate) read() error {
	c.looked = time.Now()
	chain, err := os.ReadFile(c.files.CertFile)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	key, err := os.ReadFile(c.files.KeyFile)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	seen := sha256.Sum256(slices.Concat(chain, []byte{0}, key))
	if c.pair != nil && seen == c.seen {
		return nil
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	c.pair, c.seen = &pair, seen
	return nil
}
