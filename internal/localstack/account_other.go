//go:build !linux

package localstack

import "syscall"

// grants are what a server may need to reach its folder: only Linux can grant.
func grants() []func(*syscall.SysProcAttr) {
	return []func(*syscall.SysProcAttr){func(*syscall.SysProcAttr) {}}
}
