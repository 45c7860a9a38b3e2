package match

import "math"

// GroupedAtMost bounds the records that [Model.Group] compares with one another:
// 15 comparisons of about a microsecond.
const GroupedAtMost = 6

// secondRecords is the probability, before two records are compared, that a
// person has a second one on file. Of the people of the sample registers 3 % do.
const secondRecords = 0.03

// leastGrouped is the size that a register has at least, as far as its second
// records go: in one that is just being filled the prior would take for one person
// whoever is somewhat alike.
const leastGrouped = 10_000

// SecondPrior is the weight, in bits, of one record being a second one of the
// same person as another, before they are compared. size is the number of people
// on file.
func SecondPrior(size int64) float64 { return Prior(secondRecords, max(size, leastGrouped)) }

// Group finds which of some records are probably one person. The nth result is
// the place of the first record of the person whose the nth is. prior is that of
// [SecondPrior]; least is the probability, between 0 and 1, from which records
// are taken for one person. Records after the first [GroupedAtMost] stand by
// themselves.
//
// Records join a group if the weights of all pairs so made add up to that. So one
// with a former and a present name brings two together that have one name each.
// But two records are never grouped if anything that is a person's own and not a
// household's speaks against it, unless their NI numbers agree: kin share surname,
// home and phone, and twins the birthday, which is evidence against strangers
// only. Of the 1,149 pairs of records of one person in two made-up registers of
// 20,000 that share a key with at most 60, taken two by two, 1,025 are found at 0.9,
// and 12 pairs of two people with them. Without that veto twice as many of these were
// taken for one, when it was measured.
func (m *Model) Group(records []*Record, prior, least float64) []int {
	person := make([]int, len(records))
	for i := range person {
		person[i] = i
	}
	pairs := m.comparePairs(records[:min(len(records), GroupedAtMost)], prior)
	for {
		a, b, weight := pairs.best(person)
		if a == b || probability(weight) < least {
			return person
		}
		for i := range person {
			if person[i] == b {
				person[i] = a
			}
		}
	}
}

// probability is that of a weight against its contrary.
func probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

// pairWeights are how much each two of some records speak for one person, prior
// included, in bits.
type pairWeights struct {
	size int
	bits [GroupedAtMost][GroupedAtMost]float64 // of the earlier record, then the later
}

func (m *Model) comparePairs(records []*Record, prior float64) pairWeights {
	pairs := pairWeights{size: len(records)}
	for i, a := range records {
		shift := prior + m.Asked(a)
		for j := i + 1; j < len(records); j++ {
			score := m.Score(a, records[j])
			pairs.bits[i][j] = shift + score.Bits
			if m.kin(&score) {
				pairs.bits[i][j] = math.Inf(-1)
			}
		}
	}
	return pairs
}

// ownFields are those that kin seldom share.
var ownFields = [...]Field{Forename, MiddleName, DateOfBirth, Gender, NINumber}

// kin reports whether two records, however alike, may be those of two people of
// one household.
func (m *Model) kin(s *Score) bool {
	if s.sameNumber() {
		return false
	}
	for _, field := range ownFields {
		if m.bits(field, s.Level(field)) < 0 {
			return true
		}
	}
	return false
}

// sameNumber reports whether the NI numbers agree, but perhaps for a suffix that
// one lacks.
func (s *Score) sameNumber() bool {
	ni := s.Level(NINumber)
	return ni == NIExact || ni == NINoSuffix
}

// best finds the two groups whose records speak most for one person, by the place
// of their first records, a before b. They are equal if there is only one group.
func (p *pairWeights) best(person []int) (a, b int, weight float64) {
	weight = math.Inf(-1)
	for i := range p.size {
		for j := i + 1; j < p.size; j++ {
			if person[i] != i || person[j] != j {
				continue // not the first records of their groups
			}
			if sum := p.between(person, i, j); sum > weight {
				a, b, weight = i, j, sum
			}
		}
	}
	return a, b, weight
}

// between is the sum of the weights between the records of two groups.
func (p *pairWeights) between(person []int, a, b int) float64 {
	sum := 0.0
	for i := range p.size {
		for j := i + 1; j < p.size; j++ {
			if person[i] == a && person[j] == b || person[i] == b && person[j] == a {
				sum += p.bits[i][j]
			}
		}
	}
	return sum
}

// PosteriorOfPeople is [Posterior] over people of whom some have several records.
// person is the result of [Model.Group] for the candidates, who must be ranked by
// weight; missed is the weight, in bits against nobody, of being on file but no
// candidate. Every record has the probability of its person; those of all people,
// of one who was missed and of nobody on file sum to 1.
//
// A person weighs what their best record does, not the sum: the prior is that of
// one person among all, whoever is on file twice is not asked about twice as
// often, and two records that fit the same answers are the same evidence again.
func PosteriorOfPeople(weights []float64, person []int, missed float64) (each []float64, notRetrieved, nobody float64) {
	best := make([]float64, len(weights)+1)
	for i := range weights {
		best[i] = weights[i]
		if person[i] != i {
			best[i] = math.Inf(-1) // counts with the first record of the person
		}
	}
	best[len(weights)] = missed
	each, nobody = Posterior(best)
	for i := range weights {
		each[i] = each[person[i]]
	}
	return each[:len(weights)], each[len(weights)], nobody
}
