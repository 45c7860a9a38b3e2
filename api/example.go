package api

import (
	"net/http"
	"time"

	"personindex/access"
	"personindex/audit"
	"personindex/person"
	"personindex/search"
)

// The examples of the OpenAPI document are Go values, so that they cannot drift
// from the types. Nobody in them exists: the NI number has a prefix that is
// never issued, the phone number is one of Ofcom's for drama.

const exampleID = "01936d2a-7c1e-7b63-9f0e-2f5d7c9a4b11"

func exampleNewPerson() map[string]any {
	return map[string]any{
		"title": "Ms", "forename": "Ada", "surname": "Example", "dateOfBirth": "1989-10-11", "gender": "F",
		"identification": []person.Identifier{{Type: "NI", Value: "QQ123456C"}},
		"addresses":      []person.Address{{Line1: "12 Sample Street", Town: "London", Postcode: "E8 1EA"}},
		"communication":  []person.Contact{{Channel: "phone", Value: "07700 900000"}},
		"personTypes":    []string{"resident"},
	}
}

func examplePerson() person.Person {
	return person.Person{
		ID: exampleID, Title: "Ms", Forename: "Ada", Surname: "Example", Gender: "F",
		DateOfBirth:    person.Date{Year: 1989, Month: 10, Day: 11},
		Identification: []person.Identifier{{Type: "NI", Value: "QQ123456C"}},
		Addresses:      []person.Address{{Line1: "12 Sample Street", Town: "London", Postcode: "E8 1EA"}},
		Communication:  []person.Contact{{Channel: "phone", Value: "07700 900000"}},
		PersonTypes:    []string{"resident"},
		Version:        1, CreatedAt: exampleTime(), UpdatedAt: exampleTime(),
	}.WithLists()
}

// exampleLinked is a person as one is read.
func exampleLinked() person.Person {
	p := examplePerson()
	p.Links = []person.Link{{Href: "https://alerts.example.gov.uk/residents/" + exampleID, Rel: "cautionary-alerts", Type: http.MethodGet, Title: "Cautionary alerts"}}
	p.Unavailable = []string{"tenure"}
	return p
}

func exampleTime() time.Time { return time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC) }

func examplePatch() map[string]any {
	return map[string]any{"surname": "Sample", "preferredForename": nil}
}

func exampleReference() person.CrossReference {
	return person.CrossReference{System: "housing", Reference: "T-000123"}
}

func exampleQuery() search.Query {
	return search.Query{FirstName: "Ada", LastName: "Exampel", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}}
}

func exampleAnswer() search.Answer {
	return search.Answer{
		SearchID: "01936d2a-9d20-7f44-8a51-0c7e5b1d2233", Asked: exampleQuery(),
		Answer: search.Existence{Exists: search.Certain, Probability: 0.998, NotRetrieved: 0.000002},
		Results: []search.Result{{
			ID: exampleID, Grade: search.Certain, Probability: 0.998, Weight: 9.1, Person: examplePerson(),
			Coverage: search.Coverage{Compared: []string{"firstName", "lastName", "dateOfBirth"}, Missing: []string{}, Disagree: []string{}},
			Evidence: []search.Evidence{
				{Field: "prior", Level: "how likely anybody is to be meant before anything is compared", Weight: -14.3},
				{Field: "lastName", Level: "one letter differs", Weight: 8.2, Asked: "Exampel", Found: "Example"},
				{Field: "firstName", Level: "the same", Weight: 6.4, Asked: "Ada", Found: "Ada"},
				{Field: "dateOfBirth", Level: "the same", Weight: 8.8, Asked: "1989-10-11", Found: "1989-10-11"},
			},
		}},
		Took: 12.5, Trace: search.Trace{Model: "boroughs-5", Frequencies: 7},
	}
}

func exampleHistory() history {
	return history{
		Versions: []version{{Version: 1, ChangedAt: exampleTime(), Actor: "council 7f3a", Fields: []string{"forename", "surname"}, Person: examplePerson()}},
		Next:     "/persons/" + exampleID + "/history?before=1&limit=1",
	}
}

func exampleReadiness(ready bool) readiness {
	return readiness{Ready: ready, Dependencies: []dependencyState{
		{Name: "postgres", Ready: ready},
		{Name: "elasticsearch", Ready: false, Optional: true},
	}}
}

// exampleProblem shows a problem of one kind as it is answered.
func (a *API) exampleProblem(k kind) *problem {
	p := refusal(k, k.about().meaning)
	p.Type = a.config.ProblemBase + "#" + string(k)
	p.RequestID = "0f0b3b6e-6f0e-4c65-9d5a-7d3f1c1f8a55"
	switch k {
	case invalidPerson:
		p.Errors = []fieldError{{"addresses[0].postCode", "is not a known field: did you mean postcode?"}, {"dateOfBirth", "must not be in the future"}}
	case parameter:
		p.Errors = []fieldError{{"lastname", "is not a known parameter: did you mean lastName?"}}
	case duplicate:
		answer := exampleAnswer()
		p.SearchID, p.Answer, p.Candidates, p.Acknowledge = answer.SearchID, &answer.Answer, answer.Results, []person.ID{exampleID}
	case internal, unavailable:
		p.Detail = ""
	}
	return p
}

func exampleExtended() map[string]any {
	return map[string]any{"keyWorker": "A. Sample", "reviews": []string{"2026-11-02"}}
}

func exampleExtendedHistory() extendedHistory {
	return extendedHistory{Versions: []extendedVersion{{
		Version: 1, ChangedAt: exampleTime(), Actor: "council 7f3a", Document: []byte(`{"keyWorker":"A. Sample"}`),
	}}}
}

func exampleAudit() auditTrail {
	return auditTrail{
		Events: []auditEvent{{
			ID: 4711, At: exampleTime(), Caller: "council 2f1c", Roles: []access.Role{access.Reader}, Areas: []access.Area{"housing"},
			From: "192.0.2.7", RequestIDs: []string{"01936d2a-9d20-7f44"}, Operation: "read-person", Action: audit.Read, Status: 200,
			Fields: []string{}, Flags: []string{},
		}},
		Next: "/persons/" + exampleID + "/audit?before=4711&limit=20",
	}
}
