"""What the black-box tests share: a server handle, a client, stream readers and leak checks."""
