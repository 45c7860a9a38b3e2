package person

import (
	"slices"
	"strings"
)

// Follow returns p with what a source changed: the fields in which after, what
// the source says now, differs from before, what it said last. Every other field
// stays as p has it, whoever set it.
//
// Lists are followed entry by entry, so that a source that has a new phone number
// takes nobody's e-mail address away. An entry that the source replaced replaces
// the old one or, where somebody edited that, the first of its kind: the same
// channel of a contact, the same type of a document or an address. An entry that
// it dropped goes, unless somebody edited it. An entry that is there already is
// not added again. Relations and cross-references are not followed.
//
// A restriction is only ever raised, with its reason: a source that no longer says so,
// or says less, opens nobody's address.
func (p Person) Follow(before, after Person) Person {
	texts, was, is := p.texts(), before.texts(), after.texts()
	for i := range texts {
		followOne(texts[i], *was[i], *is[i])
	}
	followOne(&p.DateOfBirth, before.DateOfBirth, after.DateOfBirth)
	followOne(&p.DateOfDeath, before.DateOfDeath, after.DateOfDeath)
	p.PreviousNames = followList(p.PreviousNames, before.PreviousNames, after.PreviousNames, equal, unkind)
	p.Identification = followList(p.Identification, before.Identification, after.Identification, sameIdentifier, identifierKind)
	p.Languages = followList(p.Languages, before.Languages, after.Languages, sameLanguage, unkind)
	p.Communication = followList(p.Communication, before.Communication, after.Communication, equal, contactKind)
	p.CommunicationRequirements = followList(p.CommunicationRequirements, before.CommunicationRequirements, after.CommunicationRequirements, equal, unkind)
	p.Addresses = followList(p.Addresses, before.Addresses, after.Addresses, sameAddress, addressKind)
	p.PersonTypes = followList(p.PersonTypes, before.PersonTypes, after.PersonTypes, equal, unkind)
	if after.Restriction > before.Restriction {
		p.restrict(after)
	}
	return p
}

// Fill returns p with what other says of fields in which p says nothing, and with
// its list entries of a kind that p has none of. Where other is kept more closely, so
// is p.
func (p Person) Fill(other Person) Person {
	texts, more := p.texts(), other.texts()
	for i := range texts {
		fillOne(texts[i], *more[i])
	}
	fillOne(&p.DateOfBirth, other.DateOfBirth)
	fillOne(&p.DateOfDeath, other.DateOfDeath)
	p.PreviousNames = fillList(p.PreviousNames, other.PreviousNames, unkind)
	p.Identification = fillList(p.Identification, other.Identification, identifierKind)
	p.Languages = fillList(p.Languages, other.Languages, unkind)
	p.Communication = fillList(p.Communication, other.Communication, contactKind)
	p.CommunicationRequirements = fillList(p.CommunicationRequirements, other.CommunicationRequirements, unkind)
	p.Addresses = fillList(p.Addresses, other.Addresses, addressKind)
	p.PersonTypes = fillList(p.PersonTypes, other.PersonTypes, unkind)
	p.restrict(other)
	return p
}

// restrict raises p's restriction to that of other, with its reason.
func (p *Person) restrict(other Person) {
	if other.Restriction > p.Restriction {
		p.Restriction, p.RestrictionReason = other.Restriction, other.RestrictionReason
	}
}

// texts are the fields that are one text.
func (p *Person) texts() []*string {
	return []*string{
		&p.Title, &p.Forename, &p.PreferredForename, &p.MiddleName, &p.Surname, &p.PreferredSurname,
		&p.PlaceOfBirth, &p.Nationality, &p.Gender, &p.EthnicOrigin,
	}
}

func followOne[T comparable](now *T, before, after T) {
	if before != after {
		*now = after
	}
}

func fillOne[T comparable](now *T, other T) {
	var nothing T
	if *now == nothing {
		*now = other
	}
}

// followList is [Person.Follow] for one list. Of entries that have no kind, none
// stands for another.
func followList[T any](now, before, after []T, same func(a, b T) bool, kind func(T) string) []T {
	list := slices.Clone(now)
	gone := distinct(without(before, after, same), same)
	dropped := slices.Clone(gone) // and not replaced yet
	for _, entry := range without(after, before, same) {
		if holds(list, entry, same) {
			continue
		}
		place := -1
		if i := slices.IndexFunc(dropped, func(d T) bool { return kind(d) == kind(entry) }); i >= 0 {
			place = placeOf(list, dropped[i], after, same, kind)
			dropped = slices.Delete(dropped, i, i+1)
		}
		if place >= 0 {
			list[place] = entry
		} else {
			list = append(list, entry)
		}
	}
	return without(list, gone, same)
}

// placeOf is where the entry is that the source dropped, or the one that somebody
// made of it, or -1.
func placeOf[T any](list []T, dropped T, after []T, same func(a, b T) bool, kind func(T) string) int {
	if i := slices.IndexFunc(list, func(e T) bool { return same(e, dropped) }); i >= 0 {
		return i
	}
	return slices.IndexFunc(list, func(e T) bool {
		return kind(e) != "" && kind(e) == kind(dropped) && !holds(after, e, same)
	})
}

// fillList is [Person.Fill] for one list.
func fillList[T any](now, other []T, kind func(T) string) []T {
	list := slices.Clone(now)
	for _, entry := range other {
		if !slices.ContainsFunc(now, func(e T) bool { return kind(e) == kind(entry) }) {
			list = append(list, entry)
		}
	}
	return list
}

// without returns the entries of list that others lack.
func without[T any](list, others []T, same func(a, b T) bool) []T {
	var kept []T
	for _, entry := range list {
		if !holds(others, entry, same) {
			kept = append(kept, entry)
		}
	}
	return kept
}

// distinct returns each entry of list once: a source may say one number twice, and
// has but one to replace.
func distinct[T any](list []T, same func(a, b T) bool) []T {
	var kept []T
	for _, entry := range list {
		if !holds(kept, entry, same) {
			kept = append(kept, entry)
		}
	}
	return kept
}

func holds[T any](list []T, entry T, same func(a, b T) bool) bool {
	return slices.ContainsFunc(list, func(e T) bool { return same(e, entry) })
}

func equal[T comparable](a, b T) bool { return a == b }

func unkind[T any](T) string { return "" }

// sameIdentifier leaves out what an officer adds to a number: that the document
// was seen, and where it is.
func sameIdentifier(a, b Identifier) bool {
	return a.Value == b.Value && identifierKind(a) == identifierKind(b)
}

func identifierKind(i Identifier) string {
	if i.IsNI() {
		return "ni"
	}
	return strings.ToLower(i.Type)
}

// sameLanguage leaves out which language is the primary one.
func sameLanguage(a, b Language) bool { return a.Language == b.Language }

func contactKind(c Contact) string { return strings.ToLower(c.Channel) }

func sameAddress(a, b Address) bool {
	a.Type, b.Type = AddressType(addressKind(a)), AddressType(addressKind(b))
	return a == b
}

func addressKind(a Address) string {
	if a.Type == "" {
		return string(CurrentAddress)
	}
	return string(a.Type)
}
