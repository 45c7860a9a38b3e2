package api

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// addressOf is whom a request comes from: who connected, or, where that is one of
// the trusted proxies, whom it says that it speaks for. Whatever stands to the left
// of the first address that is no trusted proxy may be made up, and is not looked
// at. It is the zero Addr where net/http gives none.
func addressOf(r *http.Request, trusted []netip.Prefix) netip.Addr {
	connected, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	from := connected.Addr().Unmap()
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(said) {
		if !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(from) }) {
			break
		}
		before, err := forwarded(strings.TrimSpace(text))
		if err != nil {
			break
		}
		from = before.Unmap()
	}
	return from
}

// forwarded reads an address of X-Forwarded-For, to which some proxies add a port.
func forwarded(text string) (netip.Addr, error) {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr(), nil
	}
	return netip.ParseAddr(strings.Trim(text, "[]"))
}
