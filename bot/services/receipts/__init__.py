"""The bar codes in a photo of a receipt: read, and the photo is gone. Only here PIL and zxingcpp are imported."""
