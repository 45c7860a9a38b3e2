package match

// borneCase is how a name agrees that was asked and that several on file bear. Such
// a name is no slip of the pen: so it speaks against a name that is only like it.
type borneCase uint8

const (
	borneForm  borneCase = iota // found is another form of it: a nickname, a part, a middle name
	borneNear                   // found is nearly it
	borneOther                  // found is another name
	borneCases
	notBorne = borneCases
)

// borneNames are the cases in a model file.
var borneNames = [borneCases]string{"another form", "near name", "another name"}

// borneFields are those of which it counts whether anybody bears what was asked.
var borneFields = [...]Field{Forename, Surname}

// borneCase tells how a name that several bear compares with the one found. The
// levels of surnames are in the order of those of given names.
func (m *Model) borneCase(field Field, level Level, asked *Record) borneCase {
	var at borneCase
	switch {
	case level <= ForenameJoined || level == ForenameInitial:
		return notBorne
	case level < ForenameSlip:
		at = borneForm
	case level < ForenameInitial:
		at = borneNear
	default:
		at = borneOther
	}
	names, borne := asked.Given, m.frequencies.BearsGiven
	if field == Surname {
		names, borne = asked.Surnames, m.frequencies.BearsSurname
	}
	for i := range names {
		for _, word := range names[i].Tokens {
			if !borne(word) {
				return notBorne
			}
		}
	}
	return at
}

// borneBits is what it adds that several bear the name asked.
func (m *Model) borneBits(field Field, s *Score) float64 {
	if s.borne[field] == notBorne {
		return 0
	}
	return m.borne[field][s.borne[field]].Bits
}

// inBorneWords is the evidence of it.
const inBorneWords = "several on file bear the name asked, so it is hardly a slip"
