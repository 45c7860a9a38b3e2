//go:build !linux

package localstack

import "syscall"

// capable is nobody: only Linux has capabilities to give.
func capable(syscall.Credential) []syscall.SysProcAttr { return nil }
