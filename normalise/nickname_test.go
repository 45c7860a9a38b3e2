package normalise

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNicknamesShareAClass(t *testing.T) {
	t.Parallel()
	for _, names := range []string{
		"bill william liam", "mohammed muhammad mohamed mohammad mehmet", "yaakov yakov jacob", "katarzyna kasia katherine", "aleksandra sasha ola",
		"hussein husain hossain", "fatima fatma fatoumata", "oluwaseun seun", "yusuf yousef joseph", "siobhan joan", "bob robert", "peggy margaret",
		"jose pepe", "joao john", "sade folasade", "ayesha aisha ayse", "deepak dipak", "chaim hyman", "mendel menachem", "kwabena kobina", "aoife eva",
		"wojtek wojciech", "dima dmitry", "giannis john", "harry henry", "abdi abdirahman",
	} {
		forms := strings.Fields(names)
		for _, form := range forms[1:] {
			if !share(Nicknames(forms[0]), Nicknames(form)) {
				t.Errorf("%s %v and %s %v share no class", forms[0], Nicknames(forms[0]), form, Nicknames(form))
			}
		}
	}
}

func TestNicknamesOfDifferentNamesShareNone(t *testing.T) {
	t.Parallel()
	for _, pair := range []string{"mohammed ahmed", "john james", "fatima khadija", "anna eva", "kwame kofi", "olumide oluwaseun", "hassan hussein", "rivka rachel", "mary martha"} {
		a, b, _ := strings.Cut(pair, " ")
		if share(Nicknames(a), Nicknames(b)) {
			t.Errorf("%s %v and %s %v share a class", a, Nicknames(a), b, Nicknames(b))
		}
	}
}

func TestNicknamesOfAnAmbiguousNameAreAll(t *testing.T) {
	t.Parallel()
	got := Nicknames("alex")
	if !slices.Contains(got, "alexander") || !slices.Contains(got, "alexandra") || !slices.IsSorted(got) {
		t.Errorf("Nicknames(alex) = %v, want alexander and alexandra among them, sorted", got)
	}
	if diff := cmp.Diff([]string(nil), Nicknames("zzz")); diff != "" {
		t.Errorf("an unknown name (-want +got):\n%s", diff)
	}
}

func TestSurnameVariantsShareAClass(t *testing.T) {
	t.Parallel()
	for _, names := range []string{
		"hussain hussein husain", "chowdhury choudhury chaudhry", "rahman rehman", "cohen kohn cohn", "oneill neill oneal", "smith smyth", "thompson thomson",
		"mukherjee mukhopadhyay", "moskowitz moskovits", "schwartz schwarz", "ivanov iwanow", "gonzalez gonzales", "wong wang", "clark clarke",
	} {
		forms := strings.Fields(names)
		for _, form := range forms[1:] {
			if !share(SurnameVariants(forms[0]), SurnameVariants(form)) {
				t.Errorf("%s and %s share no class", forms[0], form)
			}
		}
	}
	if share(SurnameVariants("khan"), SurnameVariants("ahmed")) {
		t.Error("khan and ahmed share a class")
	}
}

// Ensures that every name in the lists can be looked up: a line that holds what
// GivenNames or Surnames never returns would be a line that never helps.
func TestListsHoldNamesAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, list := range []struct {
		name, text string
		least      int
		read       func(string) []string
	}{{"nicknames.txt", nicknamesText, 300, GivenNames}, {"surnames.txt", surnamesText, 300, Surnames}} {
		ids := map[string]bool{}
		for line := range strings.Lines(list.text) {
			names := strings.Fields(line)
			if len(names) == 0 || strings.HasPrefix(line, "#") {
				continue
			}
			if len(names) == 1 || ids[names[0]] || hasRepeats(names) {
				t.Errorf("%s: line %q is alone, repeats an id or a name", list.name, line)
			}
			ids[names[0]] = true
			for _, name := range names {
				if got := list.read(name); !slices.Equal(got, []string{name}) {
					t.Errorf("%s: %q is read as %q", list.name, name, got)
				}
			}
		}
		if len(ids) < list.least {
			t.Errorf("%s: %d classes", list.name, len(ids))
		}
	}
}

func hasRepeats(names []string) bool {
	return len(slices.Compact(slices.Sorted(slices.Values(names)))) < len(names)
}

func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(id string) bool { return slices.Contains(b, id) })
}
