console.log("This line goes to stdout,");
console.error("this one to stderr,");
console.log("and what follows is an uncaught error:");

function area(shape) {
  return shape.width * shape.height;
}

area(undefined);
