package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"personindex/api"
	"personindex/links"
	"personindex/person"
	"personindex/storage"
)

// BenchmarkLinks compares reading a person, and searching, with 16 links a person
// and with none, one after the other, and prints medians.
func BenchmarkLinks(b *testing.B) {
	cmd := &cobra.Command{}
	cmd.Flags().String("config", "", "")
	cmd.SetContext(b.Context())
	cmd.SetErr(io.Discard)
	err := withScratch(cmd, func(ctx context.Context, a *app) error {
		var id person.ID
		for i := range 50 {
			p := person.Person{
				Forename: "Ada", Surname: "Exampleton", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11},
				Addresses:       []person.Address{{Line1: "12 Sample Street", Postcode: "E8 1EA"}},
				CrossReferences: []person.CrossReference{{System: "housing", Reference: fmt.Sprint("T/", i)}},
			}
			created, err := a.store.Create(ctx, storage.Change{Actor: "benchmark"}, p, nil)
			if err != nil {
				return err
			}
			id = created.ID
		}
		if err := a.indexer.Ensure(ctx, nil); err != nil {
			return err
		}
		bare := a.api()
		a.links = links.New(sixteenServices(b), a.log)
		linked := a.api()
		const search = "/persons?firstName=Ada&lastName=Exampleton&dateOfBirth=1989-10-11&address=12+Sample+Street&limit=50"
		if err := compareLinks(ctx, "GET /persons/{id}", bare, linked, "/persons/"+string(id), "/persons/"+string(id)); err != nil {
			return err
		}
		return compareLinks(ctx, "GET /persons, 50 results", bare, linked, search, search+"&include=links")
	})
	if err != nil {
		b.Fatal(err)
	}
}

func sixteenServices(b *testing.B) []links.Service {
	b.Helper()
	template, err := links.ParseTemplate("https://housing.example.gov.uk/tenants/{reference}/tenures")
	if err != nil {
		b.Fatal(err)
	}
	services := make([]links.Service, 16)
	for i := range services {
		name := fmt.Sprint("service-", i)
		services[i] = links.Service{Name: name, Rel: name, Title: "A service", System: "housing", Method: http.MethodGet, Template: template}
	}
	return services
}

func compareLinks(ctx context.Context, what string, bare, linked *api.API, barePath, linkedPath string) error {
	without, with := httptest.NewServer(bare), httptest.NewServer(linked)
	defer without.Close()
	defer with.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	defer client.CloseIdleConnections()
	var times [2][]time.Duration
	for i := range 1000 {
		for side, address := range []string{without.URL + barePath, with.URL + linkedPath} {
			took, err := ask(ctx, client, http.MethodGet, address, nil)
			if err != nil {
				return err
			}
			if i >= 100 { // the first warm caches up
				times[side] = append(times[side], took)
			}
		}
	}
	slices.Sort(times[0])
	slices.Sort(times[1])
	n, w := percentile(times[0], 0.5), percentile(times[1], 0.5)
	fmt.Printf("%s with 16 links a person, median: %.2f ms; without %.2f ms; %.2f x bare\n", what, w, n, w/n)
	return nil
}
