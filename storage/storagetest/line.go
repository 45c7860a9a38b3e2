package storagetest

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"personindex/storage"
)

// Line is a line to the Postgres of a test that can break. It is safe for
// concurrent use.
type Line struct {
	listener net.Listener
	server   string
	handlers sync.WaitGroup

	mutex sync.Mutex
	state state
	open  map[net.Conn]bool
}

type state int

const (
	whole state = iota
	cut         // whoever calls is hung up on
	mute        // whoever asks gets no answer
)

// NewLine returns a line that is whole, and what leads a store over it. It ends
// with the test, after whatever the test opens later.
func NewLine(tb testing.TB, c storage.Config) (*Line, storage.Config) {
	tb.Helper()
	address, err := url.Parse(c.URL)
	if err != nil {
		tb.Fatal("the test server's URL cannot be read")
	}
	l := &Line{server: address.Host, open: map[net.Conn]bool{}}
	if l.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		tb.Fatal(err)
	}
	l.handlers.Go(l.accept)
	tb.Cleanup(func() {
		l.listener.Close()
		l.Cut()
		l.handlers.Wait()
	})
	address.Host = l.listener.Addr().String()
	c.URL = address.String()
	return l, c
}

// Cut breaks every connection, and each that is asked for.
func (l *Line) Cut() { l.set(cut) }

// Mute lets requests through and keeps the answers back.
func (l *Line) Mute() { l.set(mute) }

// Mend makes the line whole for whoever connects from now on.
func (l *Line) Mend() {
	l.Cut()
	l.set(whole)
}

func (l *Line) set(s state) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.state = s
	if s == cut {
		for conn := range l.open {
			conn.Close()
		}
	}
}

func (l *Line) is(s state) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.state == s
}

func (l *Line) accept() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.handlers.Go(func() { l.handle(near) })
	}
}

func (l *Line) handle(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", l.server)
	if err != nil {
		return
	}
	defer far.Close()
	if !l.admit(near, far) {
		return
	}
	defer l.forget(near, far)
	var back sync.WaitGroup
	back.Go(func() {
		defer near.Close()
		_, _ = io.Copy(answers{near, l}, far)
	})
	_, _ = io.Copy(far, near)
	far.Close()
	back.Wait()
}

func (l *Line) admit(ends ...net.Conn) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, conn := range ends {
		l.open[conn] = true
	}
	return l.state != cut
}

func (l *Line) forget(ends ...net.Conn) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, conn := range ends {
		delete(l.open, conn)
	}
}

// answers passes on what the server says, unless the line is mute.
type answers struct {
	near net.Conn
	line *Line
}

func (a answers) Write(b []byte) (int, error) {
	if a.line.is(mute) {
		return len(b), nil
	}
	return a.near.Write(b)
}
