package generate

// Query is one question of queries.jsonl and its right answer.
type Query struct {
	Query Criteria `json:"query"`
	// Expect is the id of the right record, nil when the person is not on file.
	Expect *string `json:"expect"`
	// ExpectAll are the ids of all records of the right person.
	ExpectAll []string `json:"expectAll"`
	// Kind is the mistake made, or for a person not on file ("none_...") what
	// makes them look like one who is.
	Kind string `json:"kind"`
}

// Criteria is what is asked; an empty field was not asked.
type Criteria struct {
	FirstName   string       `json:"firstName,omitempty"`
	LastName    string       `json:"lastName,omitempty"`
	DateOfBirth string       `json:"dateOfBirth,omitempty"`
	Address     AskedAddress `json:"address,omitzero"`
	NI          string       `json:"ni,omitempty"`
	Phone       string       `json:"phone,omitempty"`
}

// AskedAddress is the part of an address that was asked.
type AskedAddress struct {
	Line1    string `json:"line1,omitempty"`
	Line2    string `json:"line2,omitempty"`
	Postcode string `json:"postcode,omitempty"`
}

// field is a set of the fields a question can hold.
type field uint8

const (
	byFirst field = 1 << iota
	byLast
	byBirth
	byAddress
	byPostcode
	byNI
	byPhone
)

// asked is a question in the making.
type asked struct{ first, last, born, line1, line2, postcode, ni, phone string }

// ask puts down what somebody knows of p, without a mistake.
func ask(p *person, fields field) asked {
	a := asked{
		first: p.forename, last: p.surname, born: p.born.String(),
		line1: p.home.Line1, line2: p.home.Line2, postcode: p.home.Postcode, ni: p.ni, phone: p.file.Phone,
	}
	a.keep(fields)
	return a
}

func (a *asked) keep(fields field) {
	for _, f := range []struct {
		field field
		at    *string
	}{
		{byFirst, &a.first}, {byLast, &a.last}, {byBirth, &a.born},
		{byAddress, &a.line1}, {byAddress, &a.line2}, {byPostcode, &a.postcode}, {byNI, &a.ni}, {byPhone, &a.phone},
	} {
		if fields&f.field == 0 {
			*f.at = ""
		}
	}
}

func (a *asked) fields() field {
	var fields field
	for _, f := range []struct {
		field field
		text  string
	}{
		{byFirst, a.first}, {byLast, a.last}, {byBirth, a.born},
		{byAddress, a.line1}, {byPostcode, a.postcode}, {byNI, a.ni}, {byPhone, a.phone},
	} {
		if f.text != "" {
			fields |= f.field
		}
	}
	return fields
}

// enough: an NI number will do; otherwise a name and something besides.
func (fields field) enough() bool {
	return fields&byNI != 0 || fields&(byFirst|byLast) != 0 && fields&(fields-1) != 0
}

func (a *asked) enough() bool { return a.fields().enough() }

func (a *asked) criteria() Criteria {
	return Criteria{
		FirstName: a.first, LastName: a.last, DateOfBirth: a.born, NI: a.ni, Phone: a.phone,
		Address: AskedAddress{Line1: a.line1, Line2: a.line2, Postcode: a.postcode},
	}
}

// telling is a question on its way from somebody who knows p to somebody who
// types.
type telling struct {
	asked
	p     *person
	other string // an NI number on file that is not theirs
	names *names
	s     *stream
}

// slip makes one mistake; false if it cannot be made here.
type slip func(*telling) bool

// patterns are the fields that callers offer, by how often they do.
func patterns() *weighted[field] {
	w := new(weighted[field])
	w.add(byFirst|byLast|byBirth, 330)
	w.add(byFirst|byLast|byBirth|byPostcode, 90)
	w.add(byFirst|byLast|byBirth|byAddress|byPostcode, 210)
	w.add(byFirst|byLast|byAddress|byPostcode, 80)
	w.add(byFirst|byLast|byPostcode, 40)
	w.add(byFirst|byLast, 50)
	w.add(byFirst|byLast|byBirth|byAddress, 30)
	w.add(byFirst|byLast|byBirth|byNI, 50)
	w.add(byFirst|byLast|byBirth|byAddress|byPostcode|byNI, 30)
	w.add(byFirst|byLast|byNI, 20)
	w.add(byLast|byBirth, 20)
	w.add(byLast|byBirth|byPostcode, 20)
	w.add(byLast|byAddress|byPostcode, 10)
	w.add(byFirst|byBirth|byPostcode, 10)
	w.add(byFirst|byBirth|byAddress|byPostcode, 10)
	return w
}
