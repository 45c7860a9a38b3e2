package configs

import (
	"fmt"
	"net/netip"
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"

	"personindex/access"
	"personindex/api"
	"personindex/identity"
)

// TLS names the certificate that the API shows, and its key.
type TLS struct{ CertFile, KeyFile string }

// On reports whether the API speaks TLS itself.
func (t TLS) On() bool { return t.CertFile != "" }

// Access says who may call.
type Access struct {
	Areas             []access.Area
	Issuers           []identity.Issuer
	DevelopmentIssuer string // an address on loopback, or empty
	BreakGlassLasts   time.Duration
}

// Limits say how much one caller may ask; see [api.Limits].
type Limits struct {
	PerSecond       float64
	Burst, Failures int
}

// issuersFromText lets the list of issuers be YAML text, as in the environment, which
// knows no lists of maps.
func issuersFromText(from, to reflect.Type, value any) (any, error) {
	if from.Kind() != reflect.String || to != reflect.TypeFor[[]identity.Issuer]() {
		return value, nil
	}
	var list []any
	if err := yaml.Unmarshal([]byte(reflect.ValueOf(value).String()), &list); err != nil {
		return nil, fmt.Errorf("access.issuers is no YAML list: %w", err)
	}
	return list, nil
}

// validateAccess returns what cannot work of how callers come and are known.
func (c Config) validateAccess() []error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	check(loopback(c.Listen) || (c.TLS.On() || c.ListenBeyondLoopback) && port(c.Listen),
		"listen must be a loopback address such as 127.0.0.1:8080, or there must be tls.certFile. In a container, or behind a proxy that ends TLS, listenBeyondLoopback allows :8080")
	check((c.TLS.CertFile == "") == (c.TLS.KeyFile == ""), "tls.certFile and tls.keyFile go together")
	if _, err := c.trustedProxies(); err != nil {
		errs = append(errs, err)
	}
	check(c.Limits.PerSecond >= 0 && c.Limits.Burst >= 0 && c.Limits.Failures >= 0, "limits must not be negative")
	check(c.Limits.PerSecond == 0 || c.Limits.Burst > 0, "limits.burst must be 1 or more: else nobody may ask anything")
	if err := c.IdentityConfig().Validate(); err != nil {
		errs = append(errs, fmt.Errorf("access: %w", err))
	}
	if c.Access.DevelopmentIssuer != "" {
		check(!c.Production, "access.developmentIssuer is not for production: anybody with the key in .local/ is everybody")
		check(loopback(c.Access.DevelopmentIssuer), "access.developmentIssuer must be a loopback address such as 127.0.0.1:8090, or empty")
		check(loopback(c.Listen), "access.developmentIssuer needs listen to be a loopback address")
	}
	return errs
}

// trustedProxies are the proxies as networks.
func (c Config) trustedProxies() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range c.TrustedProxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("trustedProxies: %q is neither an address nor a network such as 10.0.0.0/8", text)
			}
			network = netip.PrefixFrom(address, address.BitLen())
		}
		networks = append(networks, network.Masked())
	}
	return networks, nil
}

// APIConfig is what the API takes.
func (c Config) APIConfig() api.Config {
	proxies, _ := c.trustedProxies() // Validate saw to it
	return api.Config{
		DuplicateGrade:  c.Duplicates.Grade,
		RequestTimeout:  c.Search.Deadline + 5*time.Second,
		BreakGlassLasts: c.Access.BreakGlassLasts,
		MaxExtended:     c.Extended.MaxBytes,
		TrustedProxies:  proxies,
		Limits:          api.Limits(c.Limits),
	}
}

// IdentityConfig is what the verifier of callers takes.
func (c Config) IdentityConfig() identity.Config {
	return identity.Config{Areas: c.Access.Areas, Issuers: c.Access.Issuers}
}
