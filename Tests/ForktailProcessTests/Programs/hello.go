// An HTTP server of Go's library on the listener that forktail passes as descriptor 3.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		slot, generation := os.Getenv("FORKTAIL_SLOT"), os.Getenv("FORKTAIL_GENERATION")
		fmt.Fprintf(w, "%s %d %s\n", slot, os.Getpid(), generation)
	})
	http.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(2 * time.Second)
		fmt.Fprintln(w, "slow")
	})
	http.HandleFunc("/hang", func(w http.ResponseWriter, r *http.Request) { select {} })
	http.HandleFunc("/crash", func(w http.ResponseWriter, r *http.Request) {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	})

	// Without this SIGTERM ends the process and every request in it.
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()

	var server http.Server
	go server.Serve(listener)
	<-stop.Done()
	if err := server.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
}
