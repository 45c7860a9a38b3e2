package indexer

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// mode is what a proxy does to those who connect.
type mode int

const (
	pass    mode = iota
	reset        // every connection is reset
	swallow      // requests arrive, answers do not
)

// proxy is a TCP proxy before Elasticsearch, which can fail as networks do.
type proxy struct {
	listener net.Listener
	target   string
	handlers sync.WaitGroup

	mu    sync.Mutex
	mode  mode
	conns map[net.Conn]bool
	// budget is how many more bytes are let through to Elasticsearch before the
	// proxy resets everything; negative is any number.
	budget int
}

// newProxy returns a proxy that passes everything, and its address.
func newProxy(t testing.TB, address string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("an Elasticsearch address that is no URL")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: listener, target: u.Host, conns: map[net.Conn]bool{}, budget: -1}
	p.handlers.Go(p.accept)
	t.Cleanup(func() {
		listener.Close()
		p.set(reset)
		p.handlers.Wait()
	})
	u.Host = listener.Addr().String()
	return p, u.String()
}

// set changes the mode, for connections that are open too.
func (p *proxy) set(m mode) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode, p.budget = m, -1
	for conn := range p.conns {
		hangUp(conn)
	}
}

// resetAfter lets so many bytes through before it resets.
func (p *proxy) resetAfter(bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode, p.budget = pass, bytes
}

// hangUp resets a connection, as a process that dies does.
func hangUp(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func (p *proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.handlers.Go(func() { p.handle(conn) })
	}
}

func (p *proxy) handle(near net.Conn) {
	far, err := net.Dial("tcp", p.target)
	if err != nil || !p.admit(near, far) {
		hangUp(near)
		return
	}
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(onlyIf{p, near, func() bool { return p.is(pass) }}, far)
		hangUp(near)
	})
	_, _ = io.Copy(onlyIf{p, far, nil}, near)
	hangUp(far)
	back.Wait()
	p.forget(near, far)
}

// admit remembers a pair of connections unless the mode is to reset them.
func (p *proxy) admit(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		if p.mode == reset {
			hangUp(conn)
			continue
		}
		p.conns[conn] = true
	}
	return p.mode != reset
}

func (p *proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		delete(p.conns, conn)
	}
}

func (p *proxy) is(m mode) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mode == m
}

// spend takes n bytes from the budget and resets everything when it is used up.
func (p *proxy) spend(n int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.budget < 0 {
		return true
	}
	if p.budget -= n; p.budget >= 0 {
		return true
	}
	p.mode, p.budget = reset, -1
	for conn := range p.conns {
		hangUp(conn)
	}
	return false
}

// onlyIf writes answers while the mode lets them through, and drops them else;
// requests, for which there is no condition, spend the budget.
type onlyIf struct {
	p     *proxy
	conn  net.Conn
	holds func() bool
}

func (w onlyIf) Write(b []byte) (int, error) {
	if w.holds == nil && !w.p.spend(len(b)) {
		return 0, net.ErrClosed
	}
	if w.holds != nil && !w.holds() {
		return len(b), nil
	}
	return w.conn.Write(b)
}
