// Package mappings is the contract between those who write the Elasticsearch
// index of people and those who search it: its settings and fields, its
// documents, and its name.
//
// Everything in it stays within what any Elasticsearch 8 offers without plugins
// or scripts: names are standardised and keyed in Go, not by analysers.
package mappings

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"personindex/match"
)

//go:embed persons.json
var persons []byte

// Settings are what an installation chooses about its index.
type Settings struct {
	Shards          int    // primary shards, 1 or more; one holds some 50 million people
	Replicas        int    // copies of each shard, 0 or more
	RefreshInterval string // such as "1s", or "-1" for never
}

// Alias is the name under which this version of the program searches. It covers
// the fields and the rules by which names and keys are made, so that a program
// never searches an index built by other rules, and two versions run side by
// side, each with its own.
func Alias(prefix string) string {
	hash := sha256.New()
	hash.Write(persons)
	fmt.Fprintf(hash, " rules %d", match.Version)
	return prefix + "-" + hex.EncodeToString(hash.Sum(nil))[:8]
}

// Body is the request that creates an index with these settings. It returns an
// error only if the embedded mapping is no JSON.
func Body(s Settings) ([]byte, error) {
	var body struct {
		Settings struct {
			Index map[string]any `json:"index"`
		} `json:"settings"`
		Mappings json.RawMessage `json:"mappings"`
	}
	if err := json.Unmarshal(persons, &body); err != nil {
		return nil, fmt.Errorf("read embedded mapping: %w", err)
	}
	body.Settings.Index["number_of_shards"] = s.Shards
	body.Settings.Index["number_of_replicas"] = s.Replicas
	body.Settings.Index["refresh_interval"] = s.RefreshInterval
	return json.Marshal(body)
}
