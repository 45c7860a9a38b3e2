package localstack

import "syscall"

// Linux's numbers for two capabilities. Either lets a process enter any folder.
const (
	capDacOverride   = 1 // also write anything: containers often have only this one
	capDacReadSearch = 2 // also read anything
)

// capable is the user with one more capability, the lesser one first.
func capable(user syscall.Credential) []syscall.SysProcAttr {
	return []syscall.SysProcAttr{
		{Credential: &user, AmbientCaps: []uintptr{capDacReadSearch}},
		{Credential: &user, AmbientCaps: []uintptr{capDacOverride}},
	}
}
