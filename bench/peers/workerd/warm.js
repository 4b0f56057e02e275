export default {
  async fetch() {
    return Response.json({ message: "OK", value: 42 });
  },
};
