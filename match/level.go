package match

// Field is one respect in which two records are compared.
type Field uint8

// The fields, in the order in which evidence is shown.
const (
	Forename Field = iota
	Surname
	MiddleName
	DateOfBirth
	Gender
	NINumber
	HomeAddress
	Phone
	Email
	// Bearer is no comparison: its level says who bears the name on file, since a
	// woman's surname changes more often than a man's.
	Bearer
	fieldCount
)

// String is the field's name as in a query, where it can be asked.
func (f Field) String() string {
	return [...]string{"firstName", "lastName", "middleName", "dateOfBirth", "gender", "ni", "address", "phone", "email", "bearer"}[f]
}

// Level is one outcome of the comparison of a field. Levels are ordered from the
// closest agreement to the plainest contradiction; the zero level says that one
// side is unknown, which is no evidence.
type Level uint8

// NotCompared is the level of a field that either side does not have.
const NotCompared Level = 0

// The levels of given names.
const (
	ForenameExact       Level = iota + 1 // equal, in any current, preferred or previous form
	ForenameJoined                       // equal but for a space: Mary Jane, Maryjane
	ForenamePart                         // one of several given names is equal
	ForenameNickname                     // of one family of nicknames or spellings
	ForenameSwapped                      // agrees with the surname, and the surname with it
	ForenameSwappedNear                  // nearly agrees with the surname
	ForenameMiddle                       // is a middle name of the other
	ForenameSlip                         // neighbouring letters exchanged, or letters that look alike
	ForenameClose                        // one letter apart
	ForenameNear                         // sounds alike and is spelt nearly alike
	ForenameBegins                       // one begins the other
	ForenameCloseShort                   // one letter apart, in a short name
	ForenamePartly                       // one word is equal and another is not
	ForenameSoundsAlike                  // sounds alike
	ForenameInitial                      // only an initial, and that agrees
	ForenameFar                          // two letters apart
	ForenameDistant                      // three letters apart, in a long name
	ForenameDifferent
)

// The levels of surnames.
const (
	SurnameExact       Level = iota + 1 // equal, in any current, preferred or previous form
	SurnameJoined                       // equal but for spaces, hyphens and particles
	SurnamePart                         // one part of a double-barrelled name
	SurnameVariant                      // of one family of spellings, or differing by gender
	SurnameSwapped                      // agrees with the forename, and the forename with it
	SurnameSwappedNear                  // nearly agrees with the forename
	SurnameMiddle                       // is a given or middle name of the other
	SurnameSlip                         // neighbouring letters exchanged, or letters that look alike
	SurnameClose                        // one letter apart
	SurnameNear                         // sounds alike and is spelt nearly alike
	SurnameBegins                       // one begins the other
	SurnameCloseShort                   // one letter apart, in a short name
	SurnamePartly                       // one part is equal and another is not
	SurnameSoundsAlike                  // sounds alike
	SurnameInitial                      // only an initial, and that agrees
	SurnameFar                          // two letters apart
	SurnameDistant                      // three letters apart, in a long name
	SurnameDifferent
)

// The levels of middle names.
const (
	MiddleExact Level = iota + 1
	MiddleInitial
	MiddleClose
	MiddleDifferent
)

// The levels of dates of birth.
const (
	BirthExact        Level = iota + 1
	BirthExactDefault       // equal, but 1 January, which is entered when nobody knows
	BirthSwapped            // day and month exchanged
	BirthTransposed         // two neighbouring digits exchanged
	BirthOneDigit           // one digit of day or month differs
	BirthOneDigitYear       // one digit of the year differs
	BirthDefaulted          // one side is 1 January of the other's year
	BirthYearOff1           // same day, a year apart
	BirthYearOff10          // same day, ten years apart
	BirthDayNear            // within three days
	BirthPartial            // agree as far as the less precise one goes, to the month
	BirthPartialYear        // agree as far as the less precise one goes, to the year
	BirthMonthOfYear        // same year and month
	BirthDayOfYear          // same day and month, another year
	BirthTwoDefaults        // 1 January of two years: that day says nothing
	BirthTwoDigits          // two digits differ
	BirthYear               // same year
	BirthDifferent
)

// The levels of gender.
const (
	GenderSame Level = iota + 1
	GenderDifferent
)

// The levels of NI numbers.
const (
	NIExact        Level = iota + 1
	NINoSuffix           // equal, the suffix missing on one side
	NITransposed         // two neighbouring characters exchanged
	NIOneCharacter       // one character differs
	NIDifferent
)

// The levels of addresses.
const (
	AddressUPRN         Level = iota + 1 // one unique property reference number
	AddressHome                          // postcode and house or flat number
	AddressStreet                        // house or flat number and street; postcode missing or another
	AddressPostcode                      // postcode, a number missing
	AddressNearHome                      // number and street alike, postcode a slip apart
	AddressNearPostcode                  // postcode a slip apart, a number missing
	AddressNeighbour                     // postcode or street, another number
	AddressPart                          // street, a number missing
	AddressOutward                       // first half of the postcode
	AddressDifferent
)

// The levels of the bearer.
const (
	BearerWoman Level = iota + 1
	BearerMan
	BearerGirl
	BearerBoy
)

// The levels of phone numbers and e-mail addresses.
const (
	ContactSame Level = iota + 1
	ContactDifferent
)
