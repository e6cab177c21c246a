"""What every test beyond the unit tests stands on: a private httpd with the
module, a scriptable upstream, and a client.  Standard library only, so that
`run` and `demo` need nothing but python3."""
