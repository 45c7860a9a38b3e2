package localstack

import "syscall"

// Linux's numbers for two capabilities; both let a process enter any folder.
const (
	capDacOverride   = 1 // also write anything: containers often have only this one
	capDacReadSearch = 2 // also read anything
)

// grants are what a server may need to reach its folder, least first.
func grants() []func(*syscall.SysProcAttr) {
	return []func(*syscall.SysProcAttr){
		func(*syscall.SysProcAttr) {},
		func(a *syscall.SysProcAttr) { a.AmbientCaps = []uintptr{capDacReadSearch} },
		func(a *syscall.SysProcAttr) { a.AmbientCaps = []uintptr{capDacOverride} },
	}
}
