package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"personindex/access"
)

// The half of a request that came is asked for the rest before the service is told
// to stop, and the rest is sent after it has stopped listening.
func TestAStoppingServiceFinishesTheRequestUnderWay(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	a := newInstallation(t, "PERSONS_LISTEN="+address).open()
	defer a.close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- a.serve(ctx, true, func() { close(ready) }) }()
	<-ready

	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	answers := bufio.NewReader(connection)
	fmt.Fprintf(connection, "POST /persons HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n",
		tokenOf(t, access.Writer), len(example))
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	_, _ = answers.ReadString('\n') // the empty line

	stop()
	eventually(t, "it listens no more", func() bool {
		another, err := net.Dial("tcp", address)
		if err == nil {
			another.Close()
		}
		return err != nil
	})
	if _, err := io.WriteString(connection, example); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		t.Errorf("the request under way is answered %s", answer.Status)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
}
