package generate

// lookAlike is one kind of person who is not on file but resembles somebody
// who is.
type lookAlike struct {
	name   string
	weight int
	needs  facts // of the person resembled
	asks   field // what tells them apart, so that the question has an answer
	create func(h *household, like, another *person) *person
}

func lookAlikes() []lookAlike {
	return []lookAlike{
		{"none_stranger", 340, 0, 0, stranger},
		{"none_twin_not_in_index", 130, dated, byFirst | byBirth, twinOf},
		{"none_parent_child_same_name", 90, dated | related, byBirth, sameNameInFamily},
		{"none_sibling_same_address", 80, dated | related, byFirst, siblingOf},
		{"none_spouse_same_address", 70, grown, byFirst, spouseOf},
		{"none_new_occupant", 60, 0, byFirst | byLast | byAddress, newOccupant},
		{"none_same_name_other_dob", 140, dated, byBirth, sameName},
		{"none_same_name_1_jan", 80, firstJan, byBirth, sameNameFirstJan},
		{"none_same_surname_same_dob", 40, dated, byFirst, sameSurnameAndBirth},
		{"none_same_forename_same_dob", 40, dated, byLast, sameForenameAndBirth},
		{"none_ni_unknown", 50, 0, byNI, stranger},
	}
}

// absent makes somebody as like like as kind says, with all that a person on
// file has, so that the same mistakes can be made about them. What they do not
// share with like they have as another person on file might: age, community
// and part of the borough.
func (kind lookAlike) absent(g *generator, s *stream, like, another *person, ordinal int) *person {
	h := &household{g: g, s: s, home: another.vacant}
	p := kind.create(h, like, another)
	p.ids, p.is, p.ni, p.nick, p.former = nil, 0, "", "", another.former
	if nicks := g.names.nicknames[p.forename]; len(nicks) > 0 {
		p.nick = pick(s, nicks)
	}
	if p.sex == female && p.age() >= 22 && p.maiden == "" && s.chance(500) {
		p.maiden = p.community.family(s)[female]
	}
	h.identify(p, ordinal)
	h.file(p, ordinal, "")
	p.file.PreferredForename, p.file.PreferredSurname = p.nick, p.maiden
	return p
}

func stranger(h *household, _, another *person) *person {
	return h.adult(another.community, another.sex, another.age())
}

// newOccupant lives where somebody else is on file.
func newOccupant(h *household, like, another *person) *person {
	h.home = like.home
	return stranger(h, like, another)
}

func twinOf(h *household, like, _ *person) *person {
	return h.kin(like, like.sex, like.born)
}

func siblingOf(h *household, like, _ *person) *person {
	year := clamp(like.born.year+pick(h.s, []int{-9, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 8}), 1915, thisYear)
	return h.kin(like, pick(h.s, []sex{male, female}), dayIn(h.s, year))
}

func spouseOf(h *household, like, _ *person) *person {
	year := clamp(like.born.year+h.s.between(-8, 8), 1915, thisYear-18)
	return h.kin(like, 1-like.sex, dayIn(h.s, year))
}

// kin is somebody of another forename in the family of like.
func (h *household) kin(like *person, of sex, born date) *person {
	p := *like
	p.sex, p.born = of, born
	p.forename = h.childsForename(&p, 0)
	for range 12 {
		if p.forename != like.forename {
			break
		}
		p.forename = like.community.forename(h.s, of, born.year)
	}
	if p.sex != like.sex {
		p.surname, p.maiden = p.family[of], ""
	}
	if p.community.lineage != patronymic {
		p.middle = ""
		h.giveMiddle(&p)
	}
	return &p
}

// sameNameInFamily is the parent or the child who bears the same name.
func sameNameInFamily(h *household, like, _ *person) *person {
	p := *like
	apart := h.s.between(20, 38)
	if like.age() < 2*18 || like.age() < 60 && h.s.chance(500) {
		apart = -apart
	}
	p.born = dayIn(h.s, clamp(like.born.year+apart, 1915, thisYear))
	p.middle = ""
	h.giveMiddle(&p)
	return &p
}

func sameName(h *household, like, _ *person) *person {
	p := *like
	p.home = h.home
	p.born = dayIn(h.s, clamp(like.born.year+h.s.between(-25, 25), 1915, thisYear))
	p.middle = ""
	h.giveMiddle(&p)
	return &p
}

func sameNameFirstJan(h *household, like, another *person) *person {
	p := sameName(h, like, another)
	p.born.month, p.born.day = 1, 1
	return p
}

func sameSurnameAndBirth(h *household, like, _ *person) *person {
	p := h.kin(like, like.sex, like.born)
	p.home = h.home
	return p
}

func sameForenameAndBirth(h *household, like, _ *person) *person {
	p := *like
	p.home = h.home
	p.family, p.maiden = like.community.family(h.s), ""
	p.surname = p.family[p.sex]
	return &p
}

func clamp(x, low, high int) int { return max(low, min(x, high)) }
