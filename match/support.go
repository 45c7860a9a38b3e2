package match

// Coverage is which fields of what was asked could be compared with a record, in
// the order in which evidence is shown. Compared and Missing are disjoint and
// together all that was asked.
type Coverage struct {
	Compared []Field // known on both sides
	Missing  []Field // asked, and not on the record, or in no form that compares
	Disagree []Field // of those compared, what speaks for two people
}

// Coverage tells how far a score that this model gave covers what was asked. A
// field disagrees if the weight of its level is negative: if how the values
// compare is commoner among two people than within one.
func (m *Model) Coverage(asked *Record, s *Score) Coverage {
	var c Coverage
	for field := range Bearer {
		level := s.outcomes[field].level
		switch {
		case level != NotCompared:
			c.Compared = append(c.Compared, field)
			if m.bits(field, level) < 0 {
				c.Disagree = append(c.Disagree, field)
			}
		case asked.has(field):
			c.Missing = append(c.Missing, field)
		}
	}
	return c
}

// Weak reports whether a score rests on one field alone that many may share: one
// name, a date of birth, a home or part of one, or an NI number with a slip. A
// whole NI number, phone number or e-mail address is not weak. Gender and middle
// names, which most people share with many, do not make up for a second field;
// nor does a field that disagrees, or one answer too many could only help. Surname
// and home are one field: a family shares both.
func (m *Model) Weak(s *Score) bool {
	if s.sameNumber() || s.Level(Phone) == ContactSame || s.Level(Email) == ContactSame {
		return false
	}
	agrees := func(field Field) bool { return m.bits(field, s.Level(field)) > 0 }
	return count(agrees(Forename))+count(agrees(DateOfBirth))+count(agrees(NINumber))+count(agrees(Surname) || agrees(HomeAddress)) < 2
}
