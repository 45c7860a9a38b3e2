package normalise

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Ensures that goroutines that begin together, before the lists are read, get the
// same answers. The race detector watches.
func TestConcurrentUseIsSafe(t *testing.T) {
	t.Parallel()
	const workers = 8
	results := make([][]any, workers)
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() {
			primary, _ := DoubleMetaphone("katarzyna")
			results[i] = []any{
				Fold("Ọláwálé محمد রহমান"), Nicknames("bill"), SurnameVariants("hussain"), primary, DaitchMokotoff("moskowitz"), Skeleton("mohammed"),
				ParseAddress("flat 60 whimbrel house n16 1rq"), Phone("07700 900123"), ParseNI("QQ123456C"),
			}
		})
	}
	group.Wait()
	for _, result := range results[1:] {
		if diff := cmp.Diff(results[0], result); diff != "" {
			t.Errorf("(-first +other):\n%s", diff)
		}
	}
}
