package person

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Restriction says how closely a person is kept from those who have no right to
// know, such as somebody in a refuge. Restrictions are ordered: each keeps back
// what the one below it does, and more.
//
// As a clearance it is the highest restriction that a caller sees through. A
// caller sees all of a person whose restriction is at most their clearance.
type Restriction int

const (
	// Unrestricted people are seen by every caller who may read.
	Unrestricted Restriction = iota
	// Restricted people have no address, contact, links or extended data for a
	// caller who is not cleared, and are not found by them.
	Restricted
	// VeryRestricted people do not exist for a caller who is not cleared.
	VeryRestricted
)

var errRestriction = errors.New("must be none, restricted or very-restricted")

// Restrictions is every restriction, the least first.
func Restrictions() []Restriction { return []Restriction{Unrestricted, Restricted, VeryRestricted} }

// String is the restriction's name in JSON.
func (r Restriction) String() string {
	switch r {
	case Unrestricted:
		return "none"
	case Restricted:
		return "restricted"
	case VeryRestricted:
		return "very-restricted"
	}
	return fmt.Sprintf("restriction %d", int(r))
}

// ParseRestriction reads the name that a restriction has in JSON; the empty text
// is none. The error says what may be said and never repeats the text.
func ParseRestriction(text string) (Restriction, error) {
	if text == "" {
		return Unrestricted, nil
	}
	for _, r := range Restrictions() {
		if r.String() == text {
			return r, nil
		}
	}
	return 0, errRestriction
}

// MarshalText writes the name.
func (r Restriction) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the name, as ParseRestriction does.
func (r *Restriction) UnmarshalText(text []byte) error {
	parsed, err := ParseRestriction(string(text))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

// SeenBy reports whether a caller of this clearance may know of the person at all.
func (r Restriction) SeenBy(clearance Restriction) bool {
	return r < VeryRestricted || r <= clearance
}

// HiddenFields are the fields, as in the JSON, that a caller who is not cleared
// for a person does not see.
func HiddenFields() []string {
	return []string{"addresses", "communication", "restrictionReason", "restrictedBy", "restrictedAt", "links", "unavailable"}
}

// Redacted is p as a caller of this clearance may see them: without the hidden
// fields, unless cleared. Whom they may not know of is redacted alike; and which
// of p's relations lead to such people only the register knows.
func (p Person) Redacted(clearance Restriction) Person {
	if p.Restriction <= clearance {
		return p
	}
	for _, field := range p.hidden() {
		field.SetZero()
	}
	return p.WithLists()
}

// WithHidden is p, written by somebody of this clearance who saw only seen of now,
// together with all of now that they did not see: so that a change made on part of
// a record leaves the other part alone. Where now is not kept from them, that is
// the relations to people of whom they may not know.
func (p Person) WithHidden(now, seen Person, clearance Restriction) Person {
	if now.Restriction > clearance {
		theirs, whole := p.hidden(), now.hidden()
		for i := range theirs {
			theirs[i].Set(whole[i])
		}
	}
	if slices.Equal(p.Relations, seen.Relations) {
		p.Relations = now.Relations // in their order
		return p
	}
	p.Relations = slices.Clone(p.Relations)
	for _, r := range now.Relations {
		if !slices.Contains(seen.Relations, r) && !slices.Contains(p.Relations, r) {
			p.Relations = append(p.Relations, r)
		}
	}
	return p
}

// hidden are the values of the hidden fields.
func (p *Person) hidden() []reflect.Value {
	var values []reflect.Value
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if slices.Contains(HiddenFields(), name) {
			values = append(values, v.Field(i))
		}
	}
	return values
}
