package match

import (
	"math"
	"slices"
)

// descentMemory is how many of the last steps tell how the slope bends.
const descentMemory = 10

// descent seeks the lowest point of a smooth function by L-BFGS (Nocedal, 1980):
// each step is the slope, put right by how it changed along the last few steps.
// Of the likelihood of 44,000 questions it comes as low in 60 steps as Adam in
// some 500.
type descent struct {
	at, slope []float64
	value     float64
	steps     [][]float64 // the last moves, oldest first
	changes   [][]float64 // of the slope by each
}

// descend returns where value is lowest, from start on, after so many steps or
// when a step gains less than a hundred-thousandth. value also fills in the slope.
// progress may be nil.
func descend(value func(at, slope []float64) float64, start []float64, steps int, progress func(step int, value float64)) []float64 {
	d := descent{at: slices.Clone(start), slope: make([]float64, len(start))}
	d.value = value(d.at, d.slope)
	for step := 1; step <= steps; step++ {
		before := d.value
		if !d.step(value) {
			break
		}
		if progress != nil {
			progress(step, d.value)
		}
		if step > descentMemory && before-d.value < 1e-5*before {
			break
		}
	}
	return d.at
}

// step goes along the direction as far as it gains, halving the stride at need,
// and reports whether it did.
func (d *descent) step(value func(at, slope []float64) float64) bool {
	direction := d.direction()
	gain := dot(d.slope, direction)
	at, slope := make([]float64, len(d.at)), make([]float64, len(d.at))
	for stride := 1.0; stride > 1e-6; stride /= 2 {
		for i := range at {
			at[i] = d.at[i] - stride*direction[i]
		}
		if reached := value(at, slope); reached <= d.value-1e-4*stride*gain {
			d.remember(at, slope)
			d.at, d.slope, d.value = at, slope, reached
			return true
		}
	}
	return false
}

// remember keeps how the slope changed by the step to at.
func (d *descent) remember(at, slope []float64) {
	step, change := minus(at, d.at), minus(slope, d.slope)
	if dot(step, change) <= 1e-12 {
		return // it tells nothing of a bend
	}
	d.steps, d.changes = append(d.steps, step), append(d.changes, change)
	if len(d.steps) > descentMemory {
		d.steps, d.changes = d.steps[1:], d.changes[1:]
	}
}

// direction is the slope times what is known of the inverse of how it bends.
func (d *descent) direction() []float64 {
	direction := slices.Clone(d.slope)
	n := len(d.steps)
	if n == 0 {
		scale(direction, 1/math.Max(1e-12, math.Sqrt(dot(d.slope, d.slope))))
		return direction
	}
	along := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		along[i] = dot(d.steps[i], direction) / dot(d.steps[i], d.changes[i])
		addTo(direction, d.changes[i], -along[i])
	}
	last := d.changes[n-1]
	scale(direction, dot(d.steps[n-1], last)/dot(last, last))
	for i := range n {
		back := dot(d.changes[i], direction) / dot(d.steps[i], d.changes[i])
		addTo(direction, d.steps[i], along[i]-back)
	}
	return direction
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func minus(a, b []float64) []float64 {
	difference := slices.Clone(a)
	addTo(difference, b, -1)
	return difference
}

func addTo(a, b []float64, times float64) {
	for i := range a {
		a[i] += times * b[i]
	}
}

func scale(a []float64, times float64) {
	for i := range a {
		a[i] *= times
	}
}
