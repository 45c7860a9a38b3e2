package normalise

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestGivenNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     []string
	}{
		{"nothing has no names", "  ", nil},
		{"names keep their order", "Mary Anne", []string{"mary", "anne"}},
		{"a hyphen parts names", "Jean-Luc", []string{"jean", "luc"}},
		{"a title that leads is dropped", "Dr Ada", []string{"ada"}},
		{"so is one with a dot", "Mr. John", []string{"john"}},
		{"so are several", "Rev Dr Ada", []string{"ada"}},
		{"a lone title that is a name stays", "Major", []string{"major"}},
		{"a lone title that is none leaves nothing", "Mr", nil},
		{"a title that is a name goes before another", "Lady Ada", []string{"ada"}},
		{"a title inside is a name", "Ada Dr", []string{"ada", "dr"}},
		{"Prince is a name", "Prince Kwame", []string{"prince", "kwame"}},
		{"names run together part at the capital", "MaryJane", []string{"mary", "jane"}},
		{"accented ones too", "JoséMaría", []string{"jose", "maria"}},
		{"and decomposed ones", "Jose\u0301Maria", []string{"jose", "maria"}},
		{"short first parts do not", "LaToya DeShawn JoAnn", []string{"latoya", "deshawn", "joann"}},
		{"a generation at the end goes", "John Jr", []string{"john"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, GivenNames(tt.in)); diff != "" {
				t.Errorf("GivenNames(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestSurnames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     []string
	}{
		{"nothing has no names", "", nil},
		{"both halves of a double barrel count", "Smith-Jones", []string{"smith", "jones"}},
		{"also when the hyphen was lost", "SmithJones", []string{"smith", "jones"}},
		{"particles are tokens of their own", "van der Berg", []string{"van", "der", "berg"}},
		{"so is an article", "El-Sayed", []string{"el", "sayed"}},
		{"suffixes are dropped", "Example Jr. OBE", []string{"example"}},
		{"a numeral is a suffix", "Example III", []string{"example"}},
		{"a lone suffix is a name", "Ma", []string{"ma"}},
		{"Mc apart is joined", "Mc Donald", []string{"mcdonald"}},
		{"Mac apart is Mc", "Mac Donald", []string{"mcdonald"}},
		{"Mac joined is Mc", "MacDonald", []string{"mcdonald"}},
		{"in capitals too", "MACDONALD", []string{"mcdonald"}},
		{"before a vowel only where Gaelic", "MacIntyre", []string{"mcintyre"}},
		{"Machado is no Mac", "Machado Macias", []string{"machado", "macias"}},
		{"O apart is joined", "O Brien", []string{"obrien"}},
		{"an apostrophe with a space too", "O’ Brien", []string{"obrien"}},
		{"D apart is joined before its names", "D Souza", []string{"dsouza"}},
		{"and is an initial before others", "D Smith", []string{"d", "smith"}},
		{"Fitz is joined", "Fitz Gerald", []string{"fitzgerald"}},
		{"Saint is St", "Saint John", []string{"stjohn"}},
		{"St. is St", "St. John-Smith", []string{"stjohn", "smith"}},
		{"a lone prefix stays", "Mac", []string{"mac"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Surnames(tt.in)); diff != "" {
				t.Errorf("Surnames(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestNamesHoldTheirPromisesForAnyText(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(string) []string{"GivenNames": GivenNames, "Surnames": Surnames} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				s := anyText().Draw(t, "s")
				names := read(s)
				checkTokens(t, names)
				if again := read(strings.Join(names, " ")); !cmp.Equal(names, again) {
					t.Fatalf("%q gives %q, which gives %q", s, names, again)
				}
			})
		})
	}
}

func checkTokens(t *rapid.T, tokens []string) {
	if len(tokens) > maxTokens {
		t.Fatalf("%d tokens", len(tokens))
	}
	for _, token := range tokens {
		if token == "" || strings.Contains(token, " ") || !isFolded(token) {
			t.Fatalf("token %q of %q", token, tokens)
		}
	}
}

func TestNamesAreBounded(t *testing.T) {
	t.Parallel()
	for _, s := range []string{strings.Repeat("a", 10_000), strings.Repeat("Mc ", 10_000), strings.Repeat("AaaBbb", 10_000), strings.Repeat("é\u0301", 10_000)} {
		for _, names := range [][]string{GivenNames(s), Surnames(s)} {
			if len(names) > maxTokens {
				t.Errorf("%d names", len(names))
			}
			for _, name := range names {
				if len(name) > maxTokenLength {
					t.Errorf("a name of %d letters", len(name))
				}
			}
		}
	}
}

func TestParticles(t *testing.T) {
	t.Parallel()
	for _, token := range strings.Fields("van der de la el al bin ibn bint ben abu ap ter le du dos da do den von") {
		if !IsParticle(token) {
			t.Errorf("%q is no particle", token)
		}
	}
	for _, token := range strings.Fields("berg sayed smith vance deacon alan a d") {
		if IsParticle(token) {
			t.Errorf("%q is a particle", token)
		}
	}
}

func TestWithoutParticles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		in, want []string
	}{
		{"particles go", []string{"van", "der", "berg"}, []string{"berg"}},
		{"a name without any is as it was", []string{"smith", "jones"}, []string{"smith", "jones"}},
		{"a name of particles alone is a name", []string{"le"}, []string{"le"}},
		{"nothing stays nothing", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, WithoutParticles(tt.in)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStripParticle(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"elsayed": "sayed", "alhassan": "hassan", "alkhalidi": "khalidi", "abdulrahman": "rahman", "vandenberg": "berg", "vanderwaals": "waals",
		"vandijk": "dijk", "dasilva": "silva", "desouza": "souza", "dsouza": "souza", "dossantos": "santos", "delacruz": "cruz",
		// Cutting these would cut into the name.
		"alan": "alan", "alexander": "alexander", "elliott": "elliott", "deacon": "deacon", "dean": "dean", "vance": "vance", "vanessa": "vanessa",
		"davis": "davis", "donald": "donald", "ali": "ali", "aldinger": "aldinger", "ibn": "ibn", "": "",
	} {
		if got := StripParticle(in); got != want {
			t.Errorf("StripParticle(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestStripParticleIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		token := rapid.StringMatching(`(al|el|abdul|vander|de|dela|d|dos|ibn){0,3}[a-z]{0,8}`).Draw(t, "token")
		once := StripParticle(token)
		if twice := StripParticle(once); twice != once {
			t.Fatalf("%q gives %q, then %q", token, once, twice)
		}
	})
}

func TestSurnameStem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"kowalska": "kowalski", "kowalski": "kowalski", "nowicka": "nowicki", "ivanova": "ivanov", "medvedeva": "medvedev", "dostoevskaya": "dostoevski",
		"zelensky": "zelenski", "zelenskyy": "zelenski", "pushkina": "pushkin", "zawadzka": "zawadzki", "kazlauskaite": "kazlauskas",
		"stankeviciene": "stankevicius", "papadopoulou": "papadopoulos", "smith": "smith", "eva": "eva", "medina": "medina", "diop": "diop", "": "",
	} {
		if got := SurnameStem(in); got != want {
			t.Errorf("SurnameStem(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSurnameStemIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		token := rapid.StringMatching(`[a-z]{0,6}(ska|skaya|cka|ova|eva|ina|sky|skyy|viciute|poulou|adou|dzka)?`).Draw(t, "token")
		once := SurnameStem(token)
		if twice := SurnameStem(once); twice != once {
			t.Fatalf("%q gives %q, then %q", token, once, twice)
		}
	})
}
