package normalise

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

//go:embed testdata/phonetic.tsv
var phoneticVectors string

// Ensures that both families agree with an implementation of another hand.
func TestPhoneticCodesAreThoseOfCommonsCodec(t *testing.T) {
	t.Parallel()
	vectors := 0
	for line := range strings.Lines(phoneticVectors) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		vectors++
		want := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if primary, secondary := DoubleMetaphone(want[0]); primary != want[1] || secondary != want[2] {
			t.Errorf("DoubleMetaphone(%q) = %q, %q, want %q, %q", want[0], primary, secondary, want[1], want[2])
		}
		if codes := strings.Join(DaitchMokotoff(want[0]), "|"); codes != want[3] {
			t.Errorf("DaitchMokotoff(%q) = %q, want %q", want[0], codes, want[3])
		}
	}
	if vectors < 400 {
		t.Errorf("%d vectors", vectors)
	}
}

func TestPhoneticCodesOfAnyTextAreBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(anyText(), rapid.StringMatching(`[a-z]{0,80}`), rapid.StringMatching(`(c|j|ch|ck|rz|rs){0,40}`)).Draw(t, "s")
		primary, secondary := DoubleMetaphone(s)
		if len(primary) > metaphoneLength || len(secondary) > metaphoneLength || primary == secondary && primary != "" {
			t.Fatalf("DoubleMetaphone(%q) = %q, %q", s, primary, secondary)
		}
		codes := DaitchMokotoff(s)
		if len(codes) > soundexBranches || !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) < len(codes) {
			t.Fatalf("DaitchMokotoff(%q) = %q", s, codes)
		}
		for _, code := range codes {
			if len(code) != soundexLength || !isDigits(code) {
				t.Fatalf("DaitchMokotoff(%q) = %q", s, codes)
			}
		}
	})
}

func TestWhatHasNoLettersHasNoSound(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "12", "\x00", "é"} {
		if primary, secondary := DoubleMetaphone(s); primary != "" || secondary != "" {
			t.Errorf("DoubleMetaphone(%q) = %q, %q", s, primary, secondary)
		}
		if codes := DaitchMokotoff(s); codes != nil {
			t.Errorf("DaitchMokotoff(%q) = %q", s, codes)
		}
	}
}

func TestSkeletonOfOneNameIsOne(t *testing.T) {
	t.Parallel()
	for _, names := range []string{
		"mohammed muhammad mohamad muhammed", "hussein husain hossain hussain", "yusuf jousouf yousef", "omar umer", "abraham avraham",
		"chaudhry chaudhary choudhury", "ahmed ahmad", "aisha ayesha", "khaled khalid", "dawud davud", "wolf volf",
	} {
		forms := strings.Fields(names)
		for _, form := range forms[1:] {
			if Skeleton(forms[0]) != Skeleton(form) {
				t.Errorf("Skeleton(%s) = %q, of %s %q", forms[0], Skeleton(forms[0]), form, Skeleton(form))
			}
		}
	}
	if Skeleton("mohammed") == Skeleton("ahmed") || Skeleton("khan") == Skeleton("ali") {
		t.Error("different names have one skeleton")
	}
}

func TestConfusableTellsMisreadingsAlike(t *testing.T) {
	t.Parallel()
	for _, pair := range []string{
		"david davicl", "walker wa1ker", "begum begurn", "sharma 5harma", "webster vvebster", "dubois du8ois", "hannah bannab", "emily cmily", "olga 0lga",
		"hussein hiissein", "usman usrnan", "phan phari",
	} {
		a, b, _ := strings.Cut(pair, " ")
		if Confusable(a) != Confusable(b) {
			t.Errorf("Confusable(%s) = %q, of %s %q", a, Confusable(a), b, Confusable(b))
		}
	}
	for _, pair := range []string{"maria mario", "jan ian", "smith jones"} {
		a, b, _ := strings.Cut(pair, " ")
		if Confusable(a) == Confusable(b) {
			t.Errorf("%s and %s are confusable", a, b)
		}
	}
}

func TestConfusableIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyText().Draw(t, "s")
		if once := Confusable(s); Confusable(once) != once {
			t.Fatalf("%q gives %q, then %q", s, once, Confusable(once))
		}
	})
}
