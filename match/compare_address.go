package match

// compareAddresses compares every address asked with every one on file, current
// or previous; the pair that agrees best counts, and is returned too, if any could
// be compared.
func compareAddresses(asked, found []Address) (best outcome, from, to *Address) {
	for i := range asked {
		for j := range found {
			level := addressLevel(&asked[i], &found[j])
			if level != NotCompared && (best.level == NotCompared || level < best.level) {
				best = outcome{level: level, asked: asked[i].Text, found: found[j].Text}
				from, to = &asked[i], &found[j]
				if found[j].Previous {
					best.which = " (previous address)"
				}
			}
		}
	}
	return best, from, to
}

func addressLevel(a, b *Address) Level {
	samePlace := a.samePlace(b)
	// Abroad a postcode covers a town: it is a street's only where that agrees, too.
	samePostcode := a.Postcode != "" && a.Postcode == b.Postcode && (a.Outward != "" || samePlace)
	unit := compareUnits(a, b)
	switch {
	case a.UPRN != "" && a.UPRN == b.UPRN:
		return AddressUPRN
	case samePostcode && unit == unitSame:
		return AddressHome
	case samePlace && unit == unitSame && nearPostcodes(a.Postcode, b.Postcode):
		return AddressNearHome
	case samePlace && unit == unitSame:
		return AddressStreet
	case samePostcode && unit == unitUnknown:
		return AddressPostcode
	case unit == unitUnknown && a.Outward != "" && b.Outward != "" && oneSlipPostcode(a.Postcode, b.Postcode):
		return AddressNearPostcode
	case samePostcode, samePlace && unit == unitDiffers && areaAgrees(a, b):
		return AddressNeighbour
	case samePlace && unit == unitUnknown:
		return AddressPart
	case a.area() != "" && a.area() == b.area():
		return AddressOutward
	case a.comparable(b):
		return AddressDifferent
	}
	return NotCompared
}

// comparable reports whether both sides know something of one kind, so that
// disagreement means another place and not another way of writing.
func (a *Address) comparable(b *Address) bool {
	return a.Postcode != "" && b.Postcode != "" ||
		a.UPRN != "" && b.UPRN != "" ||
		a.placed() && b.placed()
}

// placed reports whether street or building is known: a number alone says nothing.
func (a *Address) placed() bool { return a.Street != "" || a.Building != "" }

func areaAgrees(a, b *Address) bool {
	return a.area() == "" || b.area() == "" || a.area() == b.area() || nearPostcodes(a.Postcode, b.Postcode)
}

func nearPostcodes(a, b string) bool {
	return a != "" && b != "" && a != b && editDistance(a, b, 2) <= 2
}

// oneSlipPostcode reports whether two whole postcodes differ by one character or
// by two neighbours exchanged: about one in a thousand pairs of a borough do.
func oneSlipPostcode(a, b string) bool {
	return a != "" && b != "" && a != b && editDistance(a, b, 1) <= 1
}

// samePlace reports whether street or building agree, allowing for a slip.
func (a *Address) samePlace(b *Address) bool {
	for _, x := range [...]string{a.Street, a.Building} {
		for _, y := range [...]string{b.Street, b.Building} {
			if x != "" && y != "" && sameStreet(x, y) {
				return true
			}
		}
	}
	return false
}

func sameStreet(x, y string) bool {
	limit := 1
	if min(len(x), len(y)) >= 8 {
		limit = 2
	}
	return x == y || min(len(x), len(y)) >= 5 && editDistance(x, y, limit) <= limit
}

type unitAgreement uint8

const (
	unitUnknown unitAgreement = iota
	unitSame
	unitDiffers
)

// compareUnits compares house and flat numbers. A flat lost on one side leaves
// the house, and a flat may be given where a house number is expected.
func compareUnits(a, b *Address) unitAgreement {
	switch {
	case a.Number != "" && b.Number != "":
		if a.Number != b.Number {
			return unitDiffers
		}
		if a.Flat != "" && b.Flat != "" && a.Flat != b.Flat {
			return unitDiffers
		}
		return unitSame
	case a.Flat != "" && b.Flat != "":
		if a.Flat == b.Flat {
			return unitSame
		}
		return unitDiffers
	case a.Flat != "" && a.Flat == b.Number, a.Number != "" && a.Number == b.Flat:
		return unitSame
	}
	return unitUnknown
}
