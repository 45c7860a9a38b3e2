package search

import "time"

// ExpireFrequencies lets the next search look for a newer count, and waits for
// any that is being read.
func (s *Service) ExpireFrequencies() {
	s.frequencies.reading.Wait()
	s.frequencies.mutex.Lock()
	defer s.frequencies.mutex.Unlock()
	s.frequencies.due = time.Time{}
}
