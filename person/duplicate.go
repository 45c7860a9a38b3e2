package person

import "time"

// DuplicateCheck is somebody who is to be compared with everybody, since whoever
// wrote them may not know of all.
type DuplicateCheck struct {
	ID        ID
	Clearance Restriction // of the one who wrote them
	Due       time.Time   // names this check of the person
}

// Resemblance is somebody who may be the person of a check.
type Resemblance struct {
	ID          ID
	Weight      float64 // bits
	Probability float64
	Model       string // that gave them
}

// PotentialDuplicate is two people who may be one, for stewards to settle. A comes
// before B.
type PotentialDuplicate struct {
	A, B   ID
	Reason string // match, or reference where both bear one of the same system
	// Restriction is the clearance that it takes to see the pair.
	Restriction         Restriction
	Weight, Probability float64 // zero where the two were not compared
	Model               string
	FoundAt             time.Time
}
