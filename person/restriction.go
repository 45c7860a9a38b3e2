package person

import "fmt"

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
// is none. Anything else is a [FieldError] without a field.
func ParseRestriction(text string) (Restriction, error) {
	if text == "" {
		return Unrestricted, nil
	}
	for _, r := range Restrictions() {
		if r.String() == text {
			return r, nil
		}
	}
	return 0, FieldError{Message: "must be none, restricted or very-restricted"}
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
