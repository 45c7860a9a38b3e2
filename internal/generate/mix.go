package generate

import (
	"fmt"
	"slices"
	"strings"
)

// Mix is a choice of what questions are like.
type Mix string

const (
	// Hard asks every kind of question, rare mistakes about as often as common
	// ones, and mostly about people who resemble others: it tells two systems
	// apart. The empty Mix means the same.
	Hard Mix = "hard"
	// Everyday asks as a contact centre and services do all day: mostly without a
	// mistake or with one, and of people who are not on file mostly strangers.
	Everyday Mix = "everyday"
	// Clumsy asks as no contact centre does: with up to five mistakes a question,
	// several of them in one field, and fields forgotten. A model that is to serve
	// other registers than a borough's learns from such questions too.
	Clumsy Mix = "clumsy"
)

// recipe is what the questions of a set are made from.
type recipe struct {
	kinds      []kind
	lookAlikes []lookAlike
	patterns   *weighted[field] // the fields that callers offer
}

// recipe is what o chooses, without what may not be asked.
func (o Options) recipe() (recipe, error) {
	allowed, err := fieldsNamed(o.Ask)
	if err != nil {
		return recipe{}, err
	}
	r := recipe{kinds(), lookAlikes(), patterns()}
	switch o.Mix {
	case "", Hard:
	case Everyday:
		r = everydayRecipe()
	case Clumsy:
		r.kinds = clumsyKinds(allowed)
	default:
		return recipe{}, fmt.Errorf("generate: there is no mix %q, only %s, %s and %s", o.Mix, Hard, Everyday, Clumsy)
	}
	if o.Alone {
		r.lookAlikes = slices.DeleteFunc(r.lookAlikes, func(l lookAlike) bool { return l.name != "none_stranger" })
	}
	return r.asking(allowed), nil
}

// fieldsNamed are the fields that words of Options.Ask stand for, together
// enough to ask by. No words stand for all.
func fieldsNamed(words []string) (field, error) {
	if len(words) == 0 {
		return ^field(0), nil
	}
	var fields field
	for _, word := range words {
		switch word {
		case "name":
			fields |= byFirst | byLast
		case "dob":
			fields |= byBirth
		case "address":
			fields |= byAddress | byPostcode
		case "ni":
			fields |= byNI
		case "phone":
			fields |= byPhone
		default:
			return 0, fmt.Errorf("generate: %q cannot be asked, only name, dob, address, ni and phone", word)
		}
	}
	if !fields.enough() {
		return 0, fmt.Errorf("generate: nobody can be asked about by %s alone, without a name or an NI number", strings.Join(words, " and "))
	}
	return fields, nil
}

// asking is r when only the allowed fields are asked. Kinds that need others are
// not asked, and callers who offer too little without the others do not call.
func (r recipe) asking(allowed field) recipe {
	forbidden := func(asks field) bool { return asks&^allowed != 0 }
	r.kinds = slices.DeleteFunc(r.kinds, func(k kind) bool { return forbidden(k.asks) })
	r.lookAlikes = slices.DeleteFunc(r.lookAlikes, func(l lookAlike) bool { return forbidden(l.asks) })
	r.patterns = r.patterns.only(func(fields field) (field, bool) {
		return fields & allowed, (fields & allowed).enough()
	})
	return r
}
