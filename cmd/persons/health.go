package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"personindex/configs"
)

// readyPath is the route of the API that says whether it can answer.
const readyPath = "/readyz"

// healthTimeout bounds one look. The API itself gives its dependencies 2 s.
const healthTimeout = 4 * time.Second

func healthCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Say by the exit status whether a running service is well",
		Long: "health is for containers, which have no shell to ask with. It asks the API that this configuration listens with whether\n" +
			"it is ready. For an indexer, which listens nowhere, --index asks instead whether Postgres and the index are there.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), healthTimeout)
			defer cancel()
			cmd.SetContext(ctx)
			index, err := cmd.Flags().GetBool("index")
			if err != nil {
				return err
			}
			if index {
				return withApp(func(cmd *cobra.Command, a *app) error { return a.index.Ready(cmd.Context()) })(cmd, nil)
			}
			return askReady(cmd)
		},
	}
	cmd.Flags().String("url", "", "ask this `URL` instead")
	cmd.Flags().Bool("index", false, "look at Postgres and the index instead")
	cmd.MarkFlagsMutuallyExclusive("url", "index")
	return cmd
}

// askReady asks the API for its readiness.
func askReady(cmd *cobra.Command) error {
	url, err := cmd.Flags().GetString("url")
	if err != nil {
		return err
	}
	if url == "" {
		config, err := load(cmd)
		if err != nil {
			return err
		}
		if url, err = readyURL(config); err != nil {
			return err
		}
	}
	return expectOK(cmd.Context(), url)
}

// readyURL is where the API that listens at an address is asked from its own
// machine: one that listens everywhere listens on loopback too.
func readyURL(config configs.Config) (string, error) {
	host, port, err := net.SplitHostPort(config.Listen)
	if err != nil {
		return "", fmt.Errorf("read listen: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	scheme := "http://"
	if config.TLS.On() {
		scheme = "https://"
	}
	return scheme + net.JoinHostPort(host, port) + readyPath, nil
}

func expectOK(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	// The certificate is for the name that callers use, which this machine's own
	// address is not. Nothing is told, and only the status is believed.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("ask for health: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("ask %s: %s", url, response.Status)
	}
	return nil
}
