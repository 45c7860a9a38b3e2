package main

import (
	"fmt"
	"os"
	"os/user"
)

// operator is who runs this program, as the audit names them.
func operator() string {
	who, err := user.Current()
	if err != nil {
		return fmt.Sprintf("operator %d", os.Getuid())
	}
	return "operator " + who.Username
}
