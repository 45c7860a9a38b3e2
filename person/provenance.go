package person

import "time"

// Service is the system that a value comes from which no import set: an officer
// entered it, or another service did. No import may take this name.
const Service = "persons"

// Provenance says where the present value of a field comes from.
type Provenance struct {
	System     string    `json:"system" doc:"Whose value it is: a system that was imported, or persons where it was entered here."`
	ChangedAt  time.Time `json:"changedAt" doc:"When that system last changed it, as far as known here."`
	VerifiedAt time.Time `json:"verifiedAt,omitzero" doc:"When an import last found that system saying so. Absent where none has."`
}
