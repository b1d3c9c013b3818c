// SPDX-License-Identifier: GPL-3.0-or-later

// A relay that never looks at a byte: GET /<n> follows the live playlist /<n>/hi/list.m3u8 of the
// origin and passes its segments on as they come. What the bytes of HLS cost on a machine when
// nothing is done with them, in the language of the ancestor, whose own relay does the same.
//
//	plain_relay ADDRESS ORIGIN FIRST
//
// FIRST: how many of the segments listed at the start are taken; the ancestor takes all.
package main

import (
	"bufio"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

const targetDuration = "#EXT-X-TARGETDURATION:"

type playlist struct {
	target   time.Duration
	segments []string
}

func read(client *http.Client, address *url.URL) (playlist, error) {
	list := playlist{target: 6 * time.Second}
	answer, err := client.Get(address.String())
	if err != nil {
		return list, err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, targetDuration) {
			number, err := strconv.Atoi(line[len(targetDuration):])
			if err != nil {
				return list, err
			}
			list.target = time.Duration(number) * time.Second
		}
		if line == "" || line[0] == '#' {
			continue
		}
		segment, err := address.Parse(line)
		if err != nil {
			return list, err
		}
		list.segments = append(list.segments, segment.String())
	}
	return list, lines.Err()
}

func pass(client *http.Client, segment string, viewer http.ResponseWriter) error {
	answer, err := client.Get(segment)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err = io.Copy(viewer, answer.Body); err != nil {
		return err
	}
	viewer.(http.Flusher).Flush()
	return nil
}

func main() {
	origin, err := url.Parse(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	first, err := strconv.Atoi(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	http.HandleFunc("/", func(viewer http.ResponseWriter, request *http.Request) {
		address := origin.JoinPath(request.URL.Path, "hi/list.m3u8")
		viewer.Header().Set("Content-Type", "video/mp2t")
		seen := map[string]bool{}
		for request.Context().Err() == nil {
			list, err := read(client, address)
			if err != nil {
				return
			}
			if len(seen) == 0 {
				for _, segment := range list.segments[:max(0, len(list.segments)-first)] {
					seen[segment] = true
				}
			}
			for _, segment := range list.segments {
				if !seen[segment] {
					seen[segment] = true
					if pass(client, segment, viewer) != nil {
						return
					}
				}
			}
			time.Sleep(list.target / 2)
		}
	})
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}
