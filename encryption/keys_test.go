package encryption

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func newFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := Create(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, path string) *Keys {
	t.Helper()
	k, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func seal(t *testing.T, k *Keys, value string) Sealed {
	t.Helper()
	sealed, err := k.Seal([]byte(value), Place("p1", "housing"))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func opens(k *Keys, sealed Sealed) bool {
	_, err := k.Open(sealed.Data, Place("p1", "housing"))
	return err == nil
}

func TestASealedValueOpensInItsPlaceOnlyAndUnaltered(t *testing.T) {
	t.Parallel()
	k := open(t, newFile(t))
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOf(rapid.Byte()).Draw(t, "value")
		sealed, err := k.Seal(value, Place("p1", "housing"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open(sealed.Data, Place("p1", "housing")); err != nil || !bytes.Equal(got, value) {
			t.Fatalf("opened %v, %v", got, err)
		}
		if _, err := k.Open(sealed.Data, Place("p1h", "ousing")); !errors.Is(err, ErrCannotOpen) {
			t.Fatalf("in another place: %v", err)
		}
		at := rapid.IntRange(0, len(sealed.Data)-1).Draw(t, "at")
		sealed.Data[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := k.Open(sealed.Data, Place("p1", "housing")); !errors.Is(err, ErrCannotOpen) {
			t.Fatalf("altered at %d: %v", at, err)
		}
	})
}

func TestEqualValuesLookDifferent(t *testing.T) {
	t.Parallel()
	k := open(t, newFile(t))
	if bytes.Equal(seal(t, k, "same").Data, seal(t, k, "same").Data) {
		t.Error("two seals of one value are equal")
	}
}

// Ensures that a process that runs opens what another has sealed with a key that
// is newer than it.
func TestARunningProcessTakesUpANewKey(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	running := open(t, path)
	old := seal(t, running, "before")
	promoted, err := Promote(path)
	if err != nil {
		t.Fatal(err)
	}
	fresh := seal(t, open(t, path), "after")
	if fresh.Key != promoted || fresh.Key == old.Key {
		t.Errorf("sealed with %d, promoted %d, old %d", fresh.Key, promoted, old.Key)
	}
	if !opens(running, fresh) || !opens(running, old) {
		t.Error("the running process cannot open both")
	}
	if id, _ := running.Primary(); id != promoted {
		t.Errorf("the running process seals with %d, not %d", id, promoted)
	}
}

func TestAPreparedKeyOpensAndDoesNotSeal(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	first, _ := open(t, path).Primary()
	prepared, err := Prepare(path)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Prepare(path); err != nil || again != prepared {
		t.Errorf("prepared %d twice: %d, %v", prepared, again, err)
	}
	if id, _ := open(t, path).Primary(); id != first {
		t.Errorf("a prepared key seals: %d", id)
	}
	elsewhere := open(t, path) // a machine that was given the file now
	if promoted, err := Promote(path); err != nil || promoted != prepared {
		t.Errorf("promoted %d, %v and not %d", promoted, err, prepared)
	}
	elsewhere.path = "" // and is not given it again
	if !opens(elsewhere, seal(t, open(t, path), "x")) {
		t.Error("a machine with the prepared key cannot open")
	}
}

func TestOnlyKeysThatNothingNeedsAreRetired(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	first := seal(t, open(t, path), "1")
	if _, err := Promote(path); err != nil {
		t.Fatal(err)
	}
	second := seal(t, open(t, path), "2")
	if _, err := Promote(path); err != nil {
		t.Fatal(err)
	}
	third := seal(t, open(t, path), "3")
	prepared, err := Prepare(path)
	if err != nil {
		t.Fatal(err)
	}
	retired, err := Retire(path, []KeyID{second.Key, third.Key})
	if err != nil || len(retired) != 1 || retired[0] != first.Key {
		t.Fatalf("retired %v, %v", retired, err)
	}
	k := open(t, path)
	if opens(k, first) || !opens(k, second) || !opens(k, third) {
		t.Error("the wrong keys are gone")
	}
	if id, ok := k.current.prepared(); !ok || id != prepared {
		t.Error("the prepared key is gone")
	}
}

func TestKeysAreNotOverwrittenAndNotRepeated(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Create(path); err == nil {
		t.Error("created over a file that exists")
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file was touched")
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v", info.Mode())
	}
	if _, err := Parse([]byte(`{"key":"sesame"}`)); err == nil || bytes.Contains([]byte(err.Error()), []byte("sesame")) {
		t.Errorf("the error is %v", err)
	}
}

func TestAFileThatGoesAwayLeavesTheKeys(t *testing.T) {
	t.Parallel()
	path := newFile(t)
	k := open(t, path)
	sealed := seal(t, k, "x")
	if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	k.looked = time.Time{}
	if !opens(k, sealed) {
		t.Error("a broken file broke the keys that were read")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	k.looked = time.Time{}
	if !opens(k, sealed) {
		t.Error("a missing file broke the keys that were read")
	}
}

func TestWithoutKeysNothingIsKept(t *testing.T) {
	t.Parallel()
	var k *Keys
	if _, err := k.Seal(nil, nil); !errors.Is(err, ErrNoKeys) {
		t.Error(err)
	}
	if _, err := k.Open(nil, nil); !errors.Is(err, ErrNoKeys) {
		t.Error(err)
	}
	if _, err := k.Primary(); !errors.Is(err, ErrNoKeys) {
		t.Error(err)
	}
}
