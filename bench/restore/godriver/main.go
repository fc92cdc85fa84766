// Lines of Extended JSON from a file to BSON in memory with MongoDB's Go driver: godriver FILE ROUNDS
//
// mongoimport converts each line with this function of the driver (bson.UnmarshalExtJSON, not canonical only, to a bson.D), and the
// driver then marshals it for the server (mongoimport/json.go in https://github.com/mongodb/mongo-tools). Neither reading nor sending is
// timed here, so that the time stands in the table also where the Database Tools are not to be had. It is not mongoimport and is not
// called so.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/bson"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: godriver FILE ROUNDS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "godriver:", err)
		os.Exit(1)
	}
}

// run prints the milliseconds of each round, one on a line.
func run(path string, rounds string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(rounds)
	if err != nil {
		return err
	}
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	for ; count > 0; count-- {
		start := time.Now()
		for _, line := range lines {
			var document bson.D
			if err := bson.UnmarshalExtJSON(line, false, &document); err != nil {
				return err
			}
			if _, err := bson.Marshal(document); err != nil {
				return err
			}
		}
		fmt.Println(float64(time.Since(start).Microseconds()) / 1000)
	}
	return nil
}
