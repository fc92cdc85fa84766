// BSON documents from a file to canonical Extended JSON on standard output with MongoDB's Go driver: godriver FILE
//
// bsondump itself converts with this function of the driver (bson.MarshalExtJSON, canonical, HTML not escaped), reads each document with
// two calls of the system and writes each line with one (bsondump/ and common/db/ in https://github.com/mongodb/mongo-tools). So does
// this, so that its time stands in the table also where the Database Tools are not to be had. It is not bsondump and is not called so.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"go.mongodb.org/mongo-driver/bson"
)

const (
	minDocument = 5
	maxDocument = 48 << 20
	usualSize   = 1 << 20
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: godriver FILE")
		os.Exit(2)
	}
	if err := convert(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "godriver:", err)
		os.Exit(1)
	}
}

// convert writes one line for each document of the file.
func convert(path string, output io.Writer) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	buffer := make([]byte, usualSize)
	for {
		document, err := next(file, buffer)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		buffer = document[:cap(document)]
		json, err := bson.MarshalExtJSON(bson.Raw(document), true, false)
		if err != nil {
			return err
		}
		if _, err := output.Write(append(json, '\n')); err != nil {
			return err
		}
	}
}

// next reads a document into the buffer, or into a larger one where it does not fit; io.EOF comes only between documents.
func next(reader io.Reader, buffer []byte) ([]byte, error) {
	header := buffer[:4]
	if _, err := io.ReadFull(reader, header); err != nil {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(header))
	if length < minDocument || length > maxDocument {
		return nil, fmt.Errorf("a document cannot have %d bytes", length)
	}
	document := buffer
	if int64(cap(document)) < length {
		document = make([]byte, length)
		copy(document, header)
	}
	document = document[:length]
	if _, err := io.ReadFull(reader, document[len(header):]); err != nil {
		return nil, fmt.Errorf("a document of %d bytes cannot be read whole: %v", length, err)
	}
	return document, nil
}
