package person

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"personindex/normalise"
)

// Identifier is a number or document that identifies the person, kept as given.
type Identifier struct {
	Type                 string `json:"type" maxLength:"200" doc:"Such as NI or passport."`
	Value                string `json:"value" maxLength:"200"`
	OriginalDocumentSeen bool   `json:"originalDocumentSeen" required:"false"`
	LinkToDocument       string `json:"linkToDocument,omitempty" maxLength:"300"`
	// Valid is set by the service, for NI numbers only: whether the value could
	// have been issued. One that could not is kept and is no evidence.
	Valid *bool `json:"valid,omitempty" readOnly:"true" doc:"Of an NI number: whether it could have been issued. One that could not is no evidence."`
}

// IsNI reports whether the identifier claims to be a National Insurance number.
func (i Identifier) IsNI() bool {
	switch strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "_", "").Replace(i.Type)) {
	case "NI", "NINO", "NINUMBER", "NATIONALINSURANCE", "NATIONALINSURANCENUMBER":
		return true
	}
	return false
}

// judged returns the identifier with Valid as the service sees it.
func (i Identifier) judged() Identifier {
	i.Valid = nil
	if i.IsNI() {
		// The prefix QQ is well formed though never issued: whether it counts as
		// evidence is a setting of matching, not a fact about the record.
		kind := normalise.ParseNI(i.Value).Kind
		valid := kind == normalise.NIIssued || kind == normalise.NITest
		i.Valid = &valid
	}
	return i
}

// LogValue keeps the number out of logs.
func (i Identifier) LogValue() slog.Value { return slog.StringValue("***") }

// Format keeps the number out of formatted text, whatever the verb.
func (i Identifier) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, "***") }
