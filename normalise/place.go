package normalise

// placeKind says what a word such as road or house makes of the name before it.
type placeKind uint8

const (
	kindUnknown  placeKind = iota // no such word
	kindLocality                  // an estate or a village: neither street nor building
	kindBuilding
	kindEither  // a court is a block of flats or a cul-de-sac
	kindOutdoor // a hill, green or park is a street or a neighbourhood
	kindStreet
)

// place is a word for a kind of place. A name ends with one that ends it; the
// others (hill, green, park) are as often inside a name as at its end.
type place struct {
	name string
	kind placeKind
	ends bool
}

// places is keyed by the words and their abbreviations, Royal Mail's and those
// that people write. "st" is a street unless it leads, where it is a saint.
var places = map[string]place{
	"road": {"road", kindStreet, true}, "rd": {"road", kindStreet, true},
	"street": {"street", kindStreet, true}, "st": {"street", kindStreet, true}, "str": {"street", kindStreet, true},
	"avenue": {"avenue", kindStreet, true}, "ave": {"avenue", kindStreet, true}, "av": {"avenue", kindStreet, true}, "avn": {"avenue", kindStreet, true},
	"lane": {"lane", kindStreet, true}, "ln": {"lane", kindStreet, true},
	"close": {"close", kindStreet, true}, "cl": {"close", kindStreet, true}, "clo": {"close", kindStreet, true}, "cls": {"close", kindStreet, true},
	"crescent": {"crescent", kindStreet, true}, "cres": {"crescent", kindStreet, true}, "crs": {"crescent", kindStreet, true},
	"cresc": {"crescent", kindStreet, true}, "cr": {"crescent", kindStreet, true},
	"drive": {"drive", kindStreet, true}, "dr": {"drive", kindStreet, true}, "drv": {"drive", kindStreet, true},
	"grove": {"grove", kindStreet, true}, "gr": {"grove", kindStreet, true}, "gro": {"grove", kindStreet, true}, "grv": {"grove", kindStreet, true},
	"walk": {"walk", kindStreet, true}, "wlk": {"walk", kindStreet, true}, "wk": {"walk", kindStreet, true},
	"square": {"square", kindStreet, true}, "sq": {"square", kindStreet, true}, "sqr": {"square", kindStreet, true},
	"terrace": {"terrace", kindStreet, true}, "ter": {"terrace", kindStreet, true}, "terr": {"terrace", kindStreet, true}, "tce": {"terrace", kindStreet, true},
	"place": {"place", kindStreet, true}, "pl": {"place", kindStreet, true},
	"gardens": {"gardens", kindStreet, true}, "gdns": {"gardens", kindStreet, true}, "gds": {"gardens", kindStreet, true},
	"gdn": {"gardens", kindStreet, true}, "gns": {"gardens", kindStreet, true}, "grdns": {"gardens", kindStreet, true},
	"mews": {"mews", kindStreet, true}, "mws": {"mews", kindStreet, true},
	"way": {"way", kindStreet, true}, "wy": {"way", kindStreet, true}, "row": {"row", kindStreet, true},
	"passage": {"passage", kindStreet, true}, "parade": {"parade", kindStreet, true}, "pde": {"parade", kindStreet, true},
	"alley": {"alley", kindStreet, true}, "path": {"path", kindStreet, true}, "broadway": {"broadway", kindStreet, true},
	"bdwy": {"broadway", kindStreet, true}, "circus": {"circus", kindStreet, true}, "approach": {"approach", kindStreet, true},
	"circuit": {"circuit", kindStreet, true}, "cct": {"circuit", kindStreet, true}, "esplanade": {"esplanade", kindStreet, true},
	"highway": {"highway", kindStreet, true}, "hwy": {"highway", kindStreet, true}, "boulevard": {"boulevard", kindStreet, true},
	"blvd": {"boulevard", kindStreet, true}, "parkway": {"parkway", kindStreet, true}, "lanes": {"lanes", kindStreet, true},

	"hill": {"hill", kindOutdoor, false}, "rise": {"rise", kindOutdoor, false}, "green": {"green", kindOutdoor, false},
	"grn": {"green", kindOutdoor, false}, "park": {"park", kindOutdoor, false}, "pk": {"park", kindOutdoor, false},
	"end": {"end", kindOutdoor, false}, "gate": {"gate", kindOutdoor, false}, "common": {"common", kindOutdoor, false},
	"vale": {"vale", kindOutdoor, false}, "side": {"side", kindOutdoor, false}, "bank": {"bank", kindOutdoor, false},
	"bridge": {"bridge", kindOutdoor, false}, "mount": {"mount", kindOutdoor, false}, "mead": {"mead", kindOutdoor, false},
	"croft": {"croft", kindOutdoor, false}, "fields": {"fields", kindOutdoor, false}, "wood": {"wood", kindOutdoor, false},

	"court": {"court", kindEither, true}, "ct": {"court", kindEither, true}, "crt": {"court", kindEither, true},
	"cottages": {"cottages", kindEither, true}, "villas": {"villas", kindEither, true}, "yard": {"yard", kindEither, true},
	"wharf": {"wharf", kindEither, true}, "quay": {"quay", kindEither, true}, "heights": {"heights", kindEither, true},

	"house": {"house", kindBuilding, true}, "hse": {"house", kindBuilding, true},
	"tower": {"tower", kindBuilding, true}, "twr": {"tower", kindBuilding, true}, "towers": {"towers", kindBuilding, true},
	"lodge": {"lodge", kindBuilding, true}, "ldg": {"lodge", kindBuilding, true},
	"mansions": {"mansions", kindBuilding, true}, "mans": {"mansions", kindBuilding, true}, "mansion": {"mansions", kindBuilding, true},
	"point": {"point", kindBuilding, true}, "apartments": {"apartments", kindBuilding, true}, "apts": {"apartments", kindBuilding, true},
	"buildings": {"buildings", kindBuilding, true}, "bldgs": {"buildings", kindBuilding, true}, "building": {"building", kindBuilding, true},
	"bldg": {"building", kindBuilding, true}, "block": {"block", kindBuilding, true}, "flats": {"flats", kindBuilding, true},
	"hostel": {"hostel", kindBuilding, true}, "hotel": {"hotel", kindBuilding, true}, "hall": {"hall", kindBuilding, true},
	"cottage": {"cottage", kindBuilding, true}, "farm": {"farm", kindBuilding, true}, "centre": {"centre", kindBuilding, true},

	"estate": {"estate", kindLocality, true}, "est": {"estate", kindLocality, true}, "village": {"village", kindLocality, true},
}

// IsPlaceWord reports whether a folded word ends the name of a street or building,
// as road, close and hse do; hill and park, which are as often inside one, do not.
func IsPlaceWord(token string) bool { return places[token].ends }
