package identity

import (
	"crypto"
	"crypto/elliptic"
	"log/slog"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"personindex/access"
	"personindex/storage/storagetest"
)

// BenchmarkAuthenticate measures what knowing a caller costs a request.
func BenchmarkAuthenticate(b *testing.B) {
	s := storagetest.New(b)
	p := &provider{t: b, keys: map[string]crypto.Signer{"RS256": newRSA(b, 2048), "ES256": newECDSA(b, elliptic.P256()), "EdDSA": newEd25519(b)}}
	p.server = httptest.NewServer(p)
	defer p.server.Close()
	p.url = p.server.URL
	config := Config{Areas: []access.Area{"housing", "care"}, Issuers: []Issuer{p.settings("a")}}
	v, err := newVerifier(config, s, slog.New(slog.DiscardHandler), usualPace(), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	groups := append(slices.Repeat([]string{"0f8fad5b-d9cb-469f-a165-70867728950e"}, 20), "officers")
	credentials := map[string]string{"key": addKey(b, s, time.Hour).Text()}
	for id, key := range p.keys {
		credentials[id] = signed(b, id, key, p.claims(jwt.MapClaims{"groups": groups}))
	}
	for name, credential := range credentials {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Authenticate(b.Context(), "Bearer "+credential); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
