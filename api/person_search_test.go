package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"personindex/person"
	"personindex/search"
)

func TestAPersonIsFoundByMisspeltName(t *testing.T) {
	t.Parallel()
	s := start(t)
	p := s.create(`{"forename":"Ada","surname":"Exampleton","dateOfBirth":"1989-10-11","identification":[{"type":"NI","value":"QQ123456C"}]}`)
	byQuery := s.do(http.MethodGet, "/persons?firstName=Ada&lastName=Exampelton&dateOfBirth=11/10/1989", "").want(http.StatusOK)
	byBody := s.do(http.MethodPost, "/persons/search", `{"firstName":"Ada","lastName":"Exampelton","dateOfBirth":"11/10/1989"}`).want(http.StatusOK)
	for _, r := range []response{byQuery, byBody} {
		var a search.Answer
		r.decode(&a)
		if len(a.Results) != 1 || a.Results[0].ID != p.ID || a.Answer.Exists == search.No || !a.Degraded {
			t.Errorf("should find %s in Postgres: %s", p.ID, r.body)
		}
		if strings.Contains(r.body, "null") {
			t.Errorf("an answer must hold no null: %s", r.body)
		}
		want := search.Query{FirstName: "Ada", LastName: "Exampelton", DateOfBirth: person.Date{Year: 1989, Month: 10, Day: 11}}
		if diff := cmp.Diff(want, a.Asked); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
	}
}

func TestNobodyFoundIsAnAnswer(t *testing.T) {
	t.Parallel()
	r := start(t).do(http.MethodGet, "/persons?lastName=Nobody", "").want(http.StatusOK)
	var a search.Answer
	r.decode(&a)
	if a.Answer.Exists != search.No || !strings.Contains(r.body, `"results":[]`) {
		t.Errorf("nobody should be an empty list: %s", r.body)
	}
}

func TestADateIsTakenInEveryForm(t *testing.T) {
	t.Parallel()
	s := start(t)
	day, month, year := person.Date{Year: 1989, Month: 10, Day: 11}, person.Date{Year: 1989, Month: 10}, person.Date{Year: 1989}
	for form, want := range map[string]person.Date{
		"1989-10-11": day, "11/10/1989": day, "11-10-1989": day, "11 Oct 1989": day, "11101989": day,
		"10/1989": month, "1989-10": month, "1989": year,
	} {
		t.Run(form, func(t *testing.T) {
			s := s.in(t)
			var byQuery, byBody search.Answer
			s.do(http.MethodGet, "/persons?dateOfBirth="+url.QueryEscape(form), "").want(http.StatusOK).decode(&byQuery)
			s.do(http.MethodPost, "/persons/search", `{"dateOfBirth":"`+form+`"}`).want(http.StatusOK).decode(&byBody)
			if byQuery.Asked.DateOfBirth != want || byBody.Asked.DateOfBirth != want {
				t.Errorf("understood as %s and %s", byQuery.Asked.DateOfBirth.Iso(), byBody.Asked.DateOfBirth.Iso())
			}
		})
	}
}

func TestEveryCriterionIsTakenBothWays(t *testing.T) {
	t.Parallel()
	s := start(t)
	query := "/persons?q=Ada&firstName=Ada&lastName=Example&dateOfBirth=1989&address=12+Sample+Street&ni=QQ123456C&postcode=E8+1EA&uprn=1234&email=ada@example.org&phone=07700+900000&gender=F&includeDeceased=true&limit=5"
	body := `{"q":"Ada","firstName":"Ada","lastName":"Example","dateOfBirth":"1989","address":"12 Sample Street","ni":"QQ123456C","postcode":"E8 1EA","uprn":"1234","email":"ada@example.org","phone":"07700 900000","gender":"F","includeDeceased":true,"limit":5}`
	var byQuery, byBody search.Answer
	s.do(http.MethodGet, query, "").want(http.StatusOK).decode(&byQuery)
	s.do(http.MethodPost, "/persons/search", body).want(http.StatusOK).decode(&byBody)
	if byQuery.Asked != byBody.Asked || byQuery.Asked.Limit != 5 || !byQuery.Asked.IncludeDeceased || byQuery.Asked.UPRN != "1234" {
		t.Errorf("the two were understood as %s and %s", mustMarshal(byQuery.Asked), mustMarshal(byBody.Asked))
	}
}

func TestASearchThatIsNotUnderstoodIsNotDone(t *testing.T) {
	t.Parallel()
	s := start(t)
	tests := []struct {
		name, query string
		want        []string
	}{
		{"no criteria", "", []string{"-: at least one criterion must be given: q, firstName, lastName, dateOfBirth, address, ni, postcode, uprn, email, phone or gender"}},
		{"a limit is no criterion", "limit=5&includeDeceased=true", []string{"-: at least one criterion must be given: q, firstName, lastName, dateOfBirth, address, ni, postcode, uprn, email, phone or gender"}},
		{"a name in another case", "lastname=x", []string{"lastname: is not a known parameter: did you mean lastName?"}},
		{"names near known ones", "postCode=x&dob=1989&fistName=x&NI=x", []string{
			"postCode: is not a known parameter: did you mean postcode?", "dob: is not a known parameter",
			"fistName: is not a known parameter: did you mean firstName?", "NI: is not a known parameter: did you mean ni?"}},
		{"a parameter of nothing", "lastName=&dateOfBirth=&limit=", []string{"lastName: must not be empty: leave it out", "dateOfBirth: must not be empty: leave it out", "limit: must be a whole number"}},
		{"a parameter without a value", "lastName", []string{"lastName: must not be empty: leave it out"}},
		{"blanks", "lastName=+%20", []string{"lastName: must not be empty: leave it out"}},
		{"a parameter given twice, even alike", "lastName=x&firstName=y&lastName=x", []string{"lastName: is given more than once"}},
		{"a date that no calendar has", "dateOfBirth=31/02/1989", []string{"dateOfBirth: is a day that this month does not have"}},
		{"a date of another kind", "dateOfBirth=yesterday", []string{"dateOfBirth: must be a date such as 1989-10-11, 11/10/1989, 11 Oct 1989, 10/1989 or 1989"}},
		{"all that is wrong at once", "dateOfBirth=31/02/1989&ni=1", []string{
			"dateOfBirth: is a day that this month does not have", "ni: must be a National Insurance number: two letters, six digits and perhaps a letter"}},
		{"a limit out of range", "lastName=x&limit=51", []string{"limit: must be from 1 to 50"}},
		{"a limit of none", "lastName=x&limit=0", []string{"limit: must be from 1 to 50"}},
		{"neither true nor false", "lastName=x&includeDeceased=yes", []string{"includeDeceased: must be true or false"}},
		{"a name that is no name", "%00=1&a%20b=2&" + strings.Repeat("n", 50) + "=3", []string{"(unprintable): is not a known parameter", "(unprintable): is not a known parameter", "(unprintable): is not a known parameter"}},
		{"not Unicode", "lastName=%ff", []string{"lastName: must be valid UTF-8"}},
		{"a system without its reference", "system=housing", []string{"reference: must be given"}},
		{"a reference without its system", "reference=1", []string{"system: must be given"}},
		{"a cross-reference and criteria", "system=a&reference=b&lastName=x", []string{"-: system and reference cannot be combined with criteria"}},
		{"a cross-reference that none can be", "system=a&reference=%00", []string{"reference: must not contain control characters"}},
		{"what is no NI number, e-mail or phone", "ni=1&email=x&phone=y&uprn=z", []string{
			"email: must be an e-mail address", "ni: must be a National Insurance number: two letters, six digits and perhaps a letter",
			"phone: must be a phone number, with its area code", "uprn: must be 1 to 12 digits"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			p := s.do(http.MethodGet, "/persons?"+test.query, "").wantProblem(parameter)
			if diff := cmp.Diff(test.want, p.fields()); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestASearchByBodyIsHeldToTheSameRules(t *testing.T) {
	t.Parallel()
	s := start(t)
	tests := []struct {
		name, body string
		want       []string
	}{
		{"no criteria", `{}`, []string{"-: at least one criterion must be given: q, firstName, lastName, dateOfBirth, address, ni, postcode, uprn, email, phone or gender"}},
		{"unknown ones", `{"lastname":"x","system":"a"}`, []string{"lastname: is not a known criterion: did you mean lastName?", "system: is not a known criterion"}},
		{"empty and null ones", `{"lastName":"","ni":null,"dateOfBirth":" "}`, []string{"lastName: must not be empty: leave it out", "ni: must not be null: leave it out", "dateOfBirth: must not be empty: leave it out"}},
		{"other types", `{"lastName":7,"limit":"5","includeDeceased":"true","dateOfBirth":1989}`, []string{"lastName: must be text", "limit: must be a whole number", "includeDeceased: must be true or false", "dateOfBirth: must be text"}},
		{"numbers that are not whole", `{"limit":1.5}`, []string{"limit: must be a whole number"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := s.in(t)
			p := s.do(http.MethodPost, "/persons/search", test.body).wantProblem(parameter)
			if diff := cmp.Diff(test.want, p.fields()); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnAnswerThatCannotBeHadIsUnavailable(t *testing.T) {
	t.Parallel()
	s := start(t, func(_ *Config, d *Deps) { d.Searcher = answering{err: search.ErrUnavailable} })
	for _, r := range []response{
		s.do(http.MethodGet, "/persons?lastName=x", ""),
		s.do(http.MethodPost, "/persons/search", `{"lastName":"x"}`),
		s.do(http.MethodPost, "/persons", `{"forename":"x"}`),
	} {
		p := r.wantProblem(unavailable)
		if p.Detail != "" || len(p.Errors) > 0 || r.header.Get("Retry-After") == "" {
			t.Errorf("a 5xx should say nothing but when to try again: %v %s", r.header, r.body)
		}
	}
}
