package match

import (
	"math"
	"testing"
)

// Ensures that the bottom of a bent valley is found, which the slope alone points
// past: Rosenbrock's function, lowest at 1, 1.
func TestDescendFindsTheBottomOfABentValley(t *testing.T) {
	t.Parallel()
	valley := func(at, slope []float64) float64 {
		x, y := at[0], at[1]
		slope[0] = -2*(1-x) - 400*x*(y-x*x)
		slope[1] = 200 * (y - x*x)
		return (1-x)*(1-x) + 100*(y-x*x)*(y-x*x)
	}
	var last float64 = math.Inf(1)
	at := descend(valley, []float64{-1.2, 1}, 200, func(step int, value float64) {
		if value > last {
			t.Errorf("step %d goes up, from %v to %v", step, last, value)
		}
		last = value
	})
	if math.Abs(at[0]-1) > 1e-3 || math.Abs(at[1]-1) > 1e-3 {
		t.Errorf("it ends at %v", at)
	}
}
