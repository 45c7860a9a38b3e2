package generate

import "strings"

// community is a naming culture: its lists, and how its families use them.
// Rates are per mille and are estimates made for this package; the table in
// docs/generated-people.md gives them with what they stand for.
type community struct {
	key         string
	weight      int // of households
	tail        int // surnames composed from stem and ending instead of listed
	double      int // surnames of two parts
	sharing     int // couples in which the wife bears her husband's surname
	middles     int // people with a middle name
	abroad      int // adults born abroad
	firstJan    int // of those, people recorded as born on 1 January
	juniors     int // first sons who bear their father's name
	unmarked    int // people whose diacritics the file has dropped
	women       int // women with a surname from the women's own list
	most        int // children in a large family
	lineage     lineage
	places      []string // of birth abroad
	nationality []string

	surnames     nameTable
	womensNames  nameTable
	stems        []string
	endings      []name
	forenames    [2][]cohort
	middleTables nameTable
}

// lineage is what a child's surname is made from.
type lineage int

const (
	fathersName  lineage = iota // the family's surname
	patronymic                  // the father's and the grandfather's given names
	bothSurnames                // the father's first surname and the mother's
)

// cohort is the forenames given from a year on.
type cohort struct {
	from  int
	names nameTable
}

// communities are ordered as they are drawn; a new one at the end changes who
// is generated, as any change of a weight does.
func communities() []*community {
	return []*community{
		{key: "english", weight: 300, tail: 270, double: 25, sharing: 560, middles: 640, abroad: 60, firstJan: 3, juniors: 35, unmarked: 500, most: 4,
			places: []string{"Glasgow", "Cardiff", "Leeds", "Sydney", "Cape Town"}, nationality: []string{"British"}},
		{key: "irish", weight: 32, tail: 110, double: 10, sharing: 620, middles: 520, abroad: 480, firstJan: 3, juniors: 60, unmarked: 550, most: 5,
			places: []string{"Dublin", "Cork", "Galway", "Belfast", "Mayo"}, nationality: []string{"Irish", "British"}},
		{key: "caribbean", weight: 82, tail: 110, double: 45, sharing: 450, middles: 620, abroad: 330, firstJan: 4, juniors: 45, unmarked: 600, most: 4,
			places: []string{"Kingston", "Bridgetown", "Castries", "Port of Spain", "Georgetown", "Montego Bay"}, nationality: []string{"British", "Jamaican", "Barbadian", "Saint Lucian", "Guyanese"}},
		{key: "yoruba", weight: 56, tail: 330, double: 45, sharing: 760, middles: 760, abroad: 680, firstJan: 10, juniors: 15, unmarked: 880, most: 5,
			places: []string{"Lagos", "Ibadan", "Abeokuta", "Ilorin"}, nationality: []string{"Nigerian", "British"}},
		{key: "igbo", weight: 20, tail: 300, double: 30, sharing: 760, middles: 760, abroad: 680, firstJan: 10, juniors: 15, unmarked: 850, most: 5,
			places: []string{"Enugu", "Onitsha", "Benin City", "Port Harcourt"}, nationality: []string{"Nigerian", "British"}},
		{key: "akan", weight: 40, tail: 200, double: 20, sharing: 640, middles: 560, abroad: 680, firstJan: 12, juniors: 20, unmarked: 800, most: 5,
			places: []string{"Accra", "Kumasi", "Cape Coast"}, nationality: []string{"Ghanaian", "British"}},
		{key: "somali", weight: 24, middles: 860, abroad: 750, firstJan: 300, juniors: 4, unmarked: 700, most: 7, lineage: patronymic,
			places: []string{"Mogadishu", "Hargeisa", "Burao", "Kismayo"}, nationality: []string{"Somali", "British"}},
		{key: "turkish", weight: 66, tail: 200, double: 5, sharing: 850, middles: 130, abroad: 620, firstJan: 110, juniors: 15, unmarked: 560, most: 4,
			places: []string{"Istanbul", "Maraş", "Sivas", "Malatya", "Nicosia", "Famagusta"}, nationality: []string{"Turkish", "British", "Cypriot"}},
		{key: "cypriot", weight: 12, tail: 130, double: 5, sharing: 850, middles: 160, abroad: 470, firstJan: 4, juniors: 15, unmarked: 900, most: 4,
			places: []string{"Larnaca", "Limassol", "Nicosia", "Athens"}, nationality: []string{"Cypriot", "British", "Greek"}},
		{key: "jewish", weight: 62, tail: 230, double: 8, sharing: 940, middles: 420, abroad: 190, firstJan: 3, unmarked: 850, most: 10,
			places: []string{"Antwerp", "Jerusalem", "New York", "Manchester", "Bnei Brak"}, nationality: []string{"British", "Israeli", "Belgian"}},
		{key: "bengali", weight: 60, tail: 0, double: 5, sharing: 200, middles: 300, abroad: 560, firstJan: 180, juniors: 6, unmarked: 900, women: 560, most: 6,
			places: []string{"Sylhet", "Dhaka", "Moulvibazar", "Habiganj"}, nationality: []string{"British", "Bangladeshi"}},
		{key: "pakistani", weight: 30, tail: 0, double: 5, sharing: 430, middles: 260, abroad: 560, firstJan: 120, juniors: 6, unmarked: 900, women: 260, most: 6,
			places: []string{"Lahore", "Karachi", "Mirpur", "Rawalpindi", "Kabul"}, nationality: []string{"British", "Pakistani", "Afghan"}},
		{key: "gujarati", weight: 26, tail: 180, double: 5, sharing: 860, middles: 430, abroad: 600, firstJan: 14, juniors: 4, unmarked: 900, most: 3,
			places: []string{"Ahmedabad", "Nairobi", "Surat", "Kampala", "Mumbai", "Kochi"}, nationality: []string{"British", "Indian", "Kenyan"}},
		{key: "punjabi", weight: 14, double: 5, sharing: 300, middles: 560, abroad: 540, firstJan: 18, juniors: 4, unmarked: 900, most: 4,
			places: []string{"Jalandhar", "Ludhiana", "Amritsar", "Nairobi"}, nationality: []string{"British", "Indian"}},
		{key: "polish", weight: 32, tail: 400, double: 12, sharing: 820, middles: 240, abroad: 930, firstJan: 3, juniors: 30, unmarked: 620, most: 3,
			places: []string{"Warszawa", "Kraków", "Łódź", "Lublin", "Gdańsk"}, nationality: []string{"Polish", "British"}},
		{key: "easteuropean", weight: 34, tail: 340, double: 6, sharing: 780, middles: 120, abroad: 960, firstJan: 5, juniors: 30, unmarked: 700, most: 3,
			places: []string{"Bucharest", "Sofia", "Vilnius", "Kyiv", "Budapest", "Tirana", "Bratislava"}, nationality: []string{"Romanian", "Bulgarian", "Lithuanian", "Ukrainian", "Hungarian", "Albanian"}},
		{key: "vietnamese", weight: 22, sharing: 120, middles: 560, abroad: 700, firstJan: 90, juniors: 3, unmarked: 800, most: 4,
			places: []string{"Hanoi", "Hai Phong", "Ho Chi Minh City", "Nghe An"}, nationality: []string{"Vietnamese", "British"}},
		{key: "chinese", weight: 24, sharing: 160, middles: 90, abroad: 740, firstJan: 8, juniors: 2, unmarked: 1000, most: 3,
			places: []string{"Hong Kong", "Fuzhou", "Guangzhou", "Kuala Lumpur", "Shanghai"}, nationality: []string{"Chinese", "British", "Malaysian"}},
		{key: "latin", weight: 32, double: 30, sharing: 170, middles: 420, abroad: 870, firstJan: 5, juniors: 55, unmarked: 620, most: 4, lineage: bothSurnames,
			places: []string{"Bogotá", "Cali", "São Paulo", "Goiânia", "Lisbon", "Funchal", "Quito", "Lima"}, nationality: []string{"Colombian", "Brazilian", "Portuguese", "Ecuadorian", "Spanish"}},
		{key: "arabic", weight: 24, tail: 210, double: 5, sharing: 200, middles: 330, abroad: 760, firstJan: 170, juniors: 8, unmarked: 900, most: 5,
			places: []string{"Baghdad", "Damascus", "Khartoum", "Casablanca", "Algiers", "Sulaymaniyah", "Tehran"}, nationality: []string{"Iraqi", "Syrian", "Sudanese", "Moroccan", "Algerian", "Iranian", "British"}},
		{key: "european", weight: 38, tail: 300, double: 15, sharing: 330, middles: 260, abroad: 900, firstJan: 3, juniors: 15, unmarked: 480, most: 3,
			places: []string{"Paris", "Milano", "Madrid", "Berlin", "Roma", "Lyon", "Amsterdam", "Stockholm"}, nationality: []string{"French", "Italian", "Spanish", "German", "Dutch", "Swedish"}},
	}
}

// take adds one of the community's lists.
func (c *community) take(s section) {
	switch s.role {
	case "surname":
		c.surnames = s.table()
	case "surname-female":
		c.womensNames = s.table()
	case "middle":
		c.middleTables = s.table()
	case "stem":
		c.stems = s.entries
	case "ending":
		for _, entry := range s.entries {
			for spelling := range strings.SplitSeq(entry, "/") {
				c.endings = append(c.endings, parseName(spelling))
			}
		}
	case "male":
		c.forenames[male] = append(c.forenames[male], cohort{s.from, s.table()})
	case "female":
		c.forenames[female] = append(c.forenames[female], cohort{s.from, s.table()})
	}
}

// forename is a name as it was given in the year of birth.
func (c *community) forename(s *stream, of sex, year int) string {
	cohorts := c.forenames[of]
	given := &cohorts[0].names
	for i := range cohorts {
		if cohorts[i].from <= year {
			given = &cohorts[i].names
		}
	}
	return given.draw(s)[of]
}

// middle is a middle name: the community's own particles where it has them
// (Văn and Thị, Singh and Kaur), else another forename.
func (c *community) middle(s *stream, of sex, year int) string {
	if len(c.middleTables.items) > 0 && s.chance(650) {
		return c.middleTables.draw(s)[of]
	}
	return c.forename(s, of, year)
}

// family is the surname a family goes by.
func (c *community) family(s *stream) name {
	first := c.surname(s)
	joined := c.lineage == bothSurnames && s.chance(600)
	if !joined && !s.chance(c.double) {
		return first
	}
	between := "-"
	if joined || s.chance(200) {
		between = " "
	}
	second := c.surname(s)
	return name{first[male] + between + second[male], first[female] + between + second[female]}
}

func (c *community) surname(s *stream) name {
	if s.chance(c.tail) {
		return c.composed(s)
	}
	return c.surnames.draw(s)
}

// composed is one of the many rare surnames no list could hold.
func (c *community) composed(s *stream) name {
	stem, ending := pick(s, c.stems), pick(s, c.endings)
	return name{glue(stem, ending[male]), glue(stem, ending[female])}
}

// glue makes one word of two without doubling the letter where they meet:
// Bell and low give Bellow.
func glue(stem, ending string) string {
	if stem[len(stem)-1] == ending[0] {
		ending = ending[1:]
	}
	return stem + ending
}
