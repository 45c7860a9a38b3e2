package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
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
	seen   string // how the files looked when pair was read
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

// read takes the files up, if they changed.
func (c *certificate) read() error {
	c.looked = time.Now()
	look, err := looks(c.files.CertFile, c.files.KeyFile)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	if look == c.seen {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.files.CertFile, c.files.KeyFile)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	c.pair, c.seen = &pair, look
	return nil
}

// looks is what changes when files do.
func looks(files ...string) (string, error) {
	var look string
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return "", err
		}
		look += fmt.Sprintf("%d %d ", info.ModTime().UnixNano(), info.Size())
	}
	return look, nil
}
