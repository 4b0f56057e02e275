echo "This line goes to stdout,"
echo "this one to stderr." >&2
ls /no/such/folder
exit 3
